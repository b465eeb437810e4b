package org.vitalroutes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Destination;
import org.vitalroutes.sync.Priority;

/** The names that the schema stores are those of the Java enums. */
class SchemaTest {

  private static final WorkTables tables = new WorkTables();

  @Test
  void the_type_priority_has_the_priorities_of_requests_in_their_order() {
    assertThat(
            tables
                .jdbc
                .sql("select unnest(enum_range(null::priority))::text")
                .query(String.class)
                .list())
        .containsExactlyElementsOf(Priority.ofRequests().stream().map(Priority::code).toList());
  }

  @Test
  void the_domains_accept_every_kind_and_destination_and_nothing_else() {
    Stream.of(DataKind.values()).map(DataKind::code).forEach(code -> cast(code, "data_kind"));
    Stream.of(Destination.values())
        .map(Destination::code)
        .forEach(code -> cast(code, "destination"));

    assertThatThrownBy(() -> cast("steps", "data_kind"))
        .isInstanceOf(DataIntegrityViolationException.class);
    assertThatThrownBy(() -> cast("kafka", "destination"))
        .isInstanceOf(DataIntegrityViolationException.class);
  }

  private static void cast(String code, String domain) {
    tables.jdbc.sql("select cast(? as " + domain + ")").param(code).query(String.class).single();
  }
}
