package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.accounts.Actor;
import org.vitalroutes.accounts.ErasureList;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.accounts.Person;

/** A database that was restored from a backup, and the erasure list that was not. */
class ErasureReplayTest {

  private static final WorkTables tables = new WorkTables();

  @TempDir Path folder;

  private ErasureList list;
  private Accounts accounts;
  private PersonalData data;

  @BeforeEach
  void prepare() {
    tables.jdbc.sql("truncate connected_account cascade").update();
    list = ErasureList.of(folder.resolve("erasures").toString());
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(tables.database));
    Audit audit = new Audit(tables.jdbc);
    accounts =
        new Accounts(tables.jdbc, transaction, Mockito.mock(AccountTokens.class), audit, list);
    data = new PersonalData(tables.database, tables.jdbc, transaction, audit, list);
  }

  @Test
  void people_and_accounts_that_a_backup_brings_back_go_again() {
    UUID erased = tables.account("anna");
    UUID ended = tables.account("bert");
    UUID alive = tables.account("cleo");
    backup();
    accounts.end(erased, Actor.of("anna"), false, OnDisconnect.KEEP);
    data.erase(new Person("anna", Actor.of("anna"), ""));
    accounts.end(ended, Actor.of("bert"), false, OnDisconnect.KEEP);

    restore();
    assertThat(connected()).containsExactlyInAnyOrder(erased, ended, alive);
    replay();

    assertThat(connected()).containsExactly(alive);
    assertThat(subjects()).containsExactlyInAnyOrder("bert", "cleo");
  }

  @Test
  void an_erasure_tells_what_stays_on_the_fhir_server() {
    UUID account = tables.account("anna");
    tables
        .jdbc
        .sql(
            """
            insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
              content_hash, in_error)
            values (:account, 'kept', 'measures', 'Observation', 'a', now(), 'aa', false),
              (:account, 'marked', 'measures', 'Observation', 'b', now(), 'bb', true),
              (:account, 'deleted', 'measures', 'Observation', 'c', now(), '', true)
            """)
        .param("account", account)
        .update();
    accounts.end(account, Actor.of("anna"), false, OnDisconnect.KEEP);

    assertThat(data.erase(new Person("anna", Actor.of("anna"), "")))
        .containsEntry("delivered", 3L)
        .containsEntry(PersonalData.KEPT, 2L);
  }

  @Test
  void a_replay_changes_nothing_in_a_database_that_was_not_restored() {
    UUID again = tables.account("bert");
    accounts.end(again, Actor.of("bert"), false, OnDisconnect.KEEP);
    tables
        .jdbc
        .sql("update connected_account set status = 'connected', connected_at = ?")
        .param(java.sql.Timestamp.from(Instant.now().plusSeconds(1)))
        .update();

    replay();

    assertThat(connected()).containsExactly(again);
  }

  private void replay() {
    new ErasureReplay(tables.jdbc, accounts, data, list).run();
  }

  private static void backup() {
    tables.jdbc.sql("drop table if exists backup").update();
    tables.jdbc.sql("create table backup as table connected_account").update();
  }

  private static void restore() {
    tables.jdbc.sql("delete from connected_account").update();
    tables.jdbc.sql("insert into connected_account select * from backup").update();
  }

  private static List<UUID> connected() {
    return tables
        .jdbc
        .sql("select id from connected_account where status = 'connected'")
        .query(UUID.class)
        .list();
  }

  private static List<String> subjects() {
    return tables.jdbc.sql("select subject from connected_account").query(String.class).list();
  }
}
