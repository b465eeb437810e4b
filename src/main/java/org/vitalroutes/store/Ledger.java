package org.vitalroutes.store;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.translate.BodyMassIndex;
import org.vitalroutes.sync.LeaseLostException;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/**
 * The ledger of what was delivered to the FHIR server, by account and business key: hashes, never
 * values.
 */
public final class Ledger {

  /** Hash of unknown content; differs from every hash. */
  private static final String UNKNOWN = "";

  /** Reason of a dead letter for data that may be another person's. */
  static final String AMBIGUOUS_OWNER = "ambiguous-owner";

  /** Margin of the window that is fetched again around a released resource. */
  private static final Duration AROUND = Duration.ofDays(1);

  /** Nothing that Withings records is longer: how far back to look for what ends in a window. */
  private static final Duration LONGEST = Duration.ofDays(31);

  /**
   * The content is known: no transaction is under way, and none without a clear outcome may have
   * been applied since. While it may still come, sending again would prove nothing.
   */
  private static final String SETTLED =
      " content_hash <> '' and sent_at is null and (unclear_until is null or unclear_until > now()) ";

  /** Resources that one event names at most. */
  private static final int MOST_IN_EVENT = 100;

  /** One statement for all entries: what it costs depends little on their number. */
  private static final String INSERT =
      """
      insert into delivered (account_id, key, kind, resource_type, resource_id, effective_at,
        effective_until, content_hash, in_error, row_hash, correlation, delivered_at, sent_at)
      select :account, key, :kind, type, id, cast(since as timestamptz), cast(until as timestamptz),
        decode(hash, 'hex'), in_error, decode(row_hash, 'hex'), :correlation, %s
      from unnest(:keys, :types, :ids, :since, :until, :hashes, :inError, :rowHashes)
        as entry (key, type, id, since, until, hash, in_error, row_hash)
      -- The same order for all writers, as kinds of an account share its Devices.
      order by key
      on conflict (account_id, key) do update set
      """;

  private static final String VALID =
      """
      select key, resource_type, resource_id, effective_at,
        coalesce(effective_until, effective_at), content_hash, in_error
      from delivered
      where account_id = :account and kind = :kind and not in_error
        and resource_type = any(:types)
      """;

  private static final String[] OBSERVATIONS = {"Observation"};
  private static final String[] ALL_OF_PERSON = {"Observation", "Provenance", "DeviceAssociation"};

  private final JdbcClient jdbc;
  private final JdbcTemplate template;
  private final TransactionTemplate transaction;
  private final SyncRequests requests;
  private final Withdrawals withdrawals;
  private final Duration longestWrite;
  private final boolean bodyMass;

  /**
   * Creates it.
   *
   * @param longestWrite how long the FHIR server may work on a transaction after the client has
   *     given up
   * @param bodyMass whether weights have a body mass index, which a height changes
   */
  public Ledger(
      JdbcClient jdbc,
      JdbcTemplate template,
      TransactionTemplate transaction,
      SyncRequests requests,
      Duration longestWrite,
      boolean bodyMass) {
    this.bodyMass = bodyMass;
    this.jdbc = jdbc;
    this.template = template;
    this.transaction = transaction;
    this.requests = requests;
    this.withdrawals = new Withdrawals(jdbc);
    this.longestWrite = longestWrite;
  }

  /**
   * Content hashes of keys that are delivered and valid, or open dead letters: a resource that the
   * FHIR server refused is not sent again unchanged.
   */
  public Map<String, String> hashes(UUID account, Collection<String> keys) {
    Map<String, String> hashes = new HashMap<>();
    template.query(
        connection -> {
          var query =
              connection.prepareStatement(
                  """
                  select key, content_hash, 1 as rank from delivered
                  where account_id = ? and key = any(?) and not in_error and
                  """
                      + SETTLED
                      + """
                  union all
                  select key, content_hash, 2 from dead_letter
                  where account_id = ? and key = any(?) and settled is null
                  order by rank
                  """);
          Array array = connection.createArrayOf("text", keys.toArray());
          query.setObject(1, account);
          query.setArray(2, array);
          query.setObject(3, account);
          query.setArray(4, array);
          return query;
        },
        row -> {
          hashes.put(row.getString(1), HexFormat.of().formatHex(row.getBytes(2)));
        });
    return hashes;
  }

  /** Ids of resources that were withdrawn before, whether or not they have come back since. */
  public Set<String> withdrawn(UUID account, Collection<String> keys) {
    return Set.copyOf(
        jdbc.sql(
                """
                select resource_id from delivered
                where account_id = :account and key = any(:keys) and withdrawn
                """)
            .param("account", account)
            .param("keys", keys.toArray(String[]::new))
            .query(String.class)
            .list());
  }

  /** Row hashes of keys that are delivered with their details and valid. */
  public Map<String, String> rowHashes(UUID account, Collection<String> keys) {
    return jdbc
        .sql(
            """
            select key, row_hash from delivered
            where account_id = :account and key in (:keys) and row_hash is not null and not in_error
              and
            """
                + SETTLED)
        .param("account", account)
        .param("keys", keys.isEmpty() ? List.of("") : keys)
        .query((row, i) -> Map.entry(row.getString(1), HexFormat.of().formatHex(row.getBytes(2))))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * Records that a transaction is about to be sent: until its outcome is recorded, the content of
   * its resources is unknown. An earlier transaction without a clear outcome may be applied by the
   * server later than this one, so its resources become unknown again once that has become
   * impossible.
   *
   * @throws LeaseLostException when another worker has taken the request over
   */
  public void recordSending(SyncRequest request, List<Delivered> entries) {
    Boolean held =
        transaction.execute(
            status -> {
              if (!requests.isHeld(request)) {
                return false;
              }
              insert(
                      INSERT.formatted("null, clock_timestamp()")
                          + """
                          sent_at = clock_timestamp(),
                          unclear_until = nullif(greatest(delivered.unclear_until,
                            delivered.sent_at + make_interval(secs => :longest), now()), now())
                          """,
                      request,
                      entries.stream().map(Ledger::unknown).toList())
                  .param("longest", longestWrite.toMillis() / 1000.0)
                  .update();
              return true;
            });
    if (!Boolean.TRUE.equals(held)) {
      throw new LeaseLostException(request);
    }
  }

  /** Records that the server has applied nothing of a transaction, and will not. */
  public void recordRefusal(SyncRequest request, List<Delivered> entries) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql(
                  """
                  delete from delivered where account_id = :account and key = any(:keys)
                    and delivered_at is null and unclear_until is null
                  """)
              .param("account", request.account().id())
              .param("keys", keys(entries.stream()))
              .update();
          jdbc.sql(
                  """
                  update delivered set sent_at = null
                  where account_id = :account and key = any(:keys)
                  """)
              .param("account", request.account().id())
              .param("keys", keys(entries.stream()))
              .update();
        });
  }

  /**
   * Records a delivery and settles the dead letters of its resources.
   *
   * <p>A worker that lost its lease may have overwritten newer content. Its resources are then
   * marked as unknown and requested again, or withdrawn when the account was disconnected
   * meanwhile.
   *
   * @throws LeaseLostException when another worker has taken the request over
   */
  public void record(SyncRequest request, List<Delivered> entries) {
    Boolean held =
        transaction.execute(
            status -> {
              boolean heights =
                  bodyMass && entries.stream().anyMatch(each -> Identifiers.isHeight(each.key()));
              if (heights) {
                requests.lockAccount(request);
              }
              boolean ours = requests.isHeld(request);
              if (ours) {
                if (heights) {
                  requestWeights(request, entries);
                }
                settle(request, entries);
                write(request, entries.stream().filter(entry -> !entry.isGone()).toList());
                recordGone(request, entries.stream().filter(Delivered::isGone).toList());
                recordEvents(request, entries);
              } else {
                markUnknown(request, entries);
              }
              return ours;
            });
    if (!Boolean.TRUE.equals(held)) {
      throw new LeaseLostException(request);
    }
  }

  /**
   * Requests the weights again that were delivered before and whose body mass index may change with
   * the heights among the entries: those of a year after them, where they were and where they are.
   */
  private void requestWeights(SyncRequest request, List<Delivered> entries) {
    List<Delivered> heights =
        entries.stream().filter(each -> Identifiers.isHeight(each.key())).toList();
    List<Instant> times = heights.stream().map(Delivered::effective).sorted().toList();
    jdbc.sql(
            """
            with span as (
              select least(min(effective_at), :first) as "from", least(now(),
                  greatest(max(effective_at), :last) + cast(:longest as interval)) as "to"
              from delivered where account_id = :account and key = any(:heights))
            select date_trunc('second', "from"), date_trunc('second', "to") from span
            where exists (
              select from delivered
              where account_id = :account and kind = :kind and not in_error
                and effective_at between "from" and "to" and key ~ :weights and key <> all(:keys))
            """)
        .param("first", times.get(0).atOffset(ZoneOffset.UTC))
        .param("last", times.get(times.size() - 1).atOffset(ZoneOffset.UTC))
        .param("longest", BodyMassIndex.ADULT.toString())
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("heights", keys(heights.stream()))
        .param("weights", Identifiers.WEIGHTS)
        .param("keys", keys(entries.stream()))
        .query(
            (row, i) ->
                new Window(row.getTimestamp(1).toInstant(), row.getTimestamp(2).toInstant()))
        .optional()
        .ifPresent(
            window ->
                requests.request(
                    request.account().id(),
                    request.kind(),
                    Priority.BACKFILL,
                    window,
                    request.correlation()));
  }

  /** A withdrawal does not decide an ambiguous owner. */
  private void settle(SyncRequest request, List<Delivered> entries) {
    jdbc.sql(
            """
            update dead_letter set settled = 'delivered', settled_at = now(), settled_by = :actor
            where account_id = :account and key = any(:keys) and settled is null
              and (reason <> :unclear or key = any(:valid))
            """)
        .param("actor", Audit.SYSTEM)
        .param("account", request.account().id())
        .param("keys", keys(entries.stream()))
        .param("unclear", AMBIGUOUS_OWNER)
        .param("valid", keys(entries.stream().filter(entry -> !entry.inError())))
        .update();
  }

  private static String[] keys(Stream<Delivered> entries) {
    return entries.map(Delivered::key).toArray(String[]::new);
  }

  /** At the end of the transaction, as the order of an account's events is locked from here on. */
  private void recordEvents(SyncRequest request, List<Delivered> entries) {
    List<Delivered> changed =
        entries.stream()
            .filter(entry -> entry.resourceType().equals("Observation") && entry.status() != null)
            .toList();
    for (int from = 0; from < changed.size(); from += MOST_IN_EVENT) {
      List<Delivered> some = changed.subList(from, Math.min(from + MOST_IN_EVENT, changed.size()));
      jdbc.sql(
              """
              select record_event(:account, 'observations.changed', jsonb_build_object(
                'account', :account, 'subject', :subject, 'patient', :patient, 'kind', :kind,
                'resources', (select jsonb_agg(jsonb_build_object(
                    'reference', 'Observation/' || id, 'status', status))
                  from unnest(:ids, :statuses) as changed (id, status))))
              """)
          .param("account", request.account().id())
          .param("subject", request.account().subject())
          .param("patient", request.account().patientReference())
          .param("kind", request.kind().code())
          .param("ids", some.stream().map(Delivered::resourceId).toArray(String[]::new))
          .param(
              "statuses",
              some.stream().map(entry -> String.valueOf(entry.status())).toArray(String[]::new))
          .query((row, i) -> true)
          .list();
    }
  }

  private void markUnknown(SyncRequest request, List<Delivered> entries) {
    if (entries.isEmpty()) {
      return;
    }
    write(request, entries.stream().map(Ledger::unknown).toList());
    if (isDisconnected(request.account().id())) {
      withdrawals.request(request.account().id());
      return;
    }
    List<Instant> times = entries.stream().map(Delivered::effective).sorted().toList();
    requests.request(
        request.account().id(),
        request.kind(),
        Priority.LIVE,
        new Window(times.get(0), times.get(times.size() - 1)),
        request.correlation());
  }

  /** The row lock keeps the status until the end of the transaction. */
  private boolean isDisconnected(UUID account) {
    return jdbc.sql("select status from connected_account where id = ? for share")
        .param(account)
        .query(String.class)
        .single()
        .equals("disconnected");
  }

  /**
   * The resources stay in the ledger as withdrawn: a transaction that is applied late, or a restore
   * of the FHIR server, may bring them back. A transaction of another worker that was sent before
   * this lease stays unsettled, and what that worker has recorded since is newer than this reading.
   */
  private void recordGone(SyncRequest request, List<Delivered> gone) {
    if (gone.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            update delivered d set in_error = true, content_hash = '', row_hash = null,
              sent_at = case when d.sent_at < r.leased_at then d.sent_at end, delivered_at = now()
            from sync_request r
            where r.id = :request and d.account_id = :account and d.key = any(:keys)
              and (d.delivered_at > r.leased_at) is not true
            """)
        .param("request", request.id())
        .param("account", request.account().id())
        .param("keys", keys(gone.stream()))
        .update();
  }

  /**
   * Unknown content is not in error, so that it is withdrawn when Withings does not have the row.
   */
  private static Delivered unknown(Delivered entry) {
    return new Delivered(
        entry.key(),
        entry.resourceType(),
        entry.resourceId(),
        entry.effective(),
        entry.until(),
        UNKNOWN,
        false,
        null);
  }

  private void write(SyncRequest request, List<Delivered> entries) {
    if (!entries.isEmpty()) {
      insert(
              INSERT.formatted("now(), null")
                  + """
                  resource_id = excluded.resource_id, effective_at = excluded.effective_at,
                  effective_until = excluded.effective_until, content_hash = excluded.content_hash,
                  in_error = excluded.in_error, withdrawn = excluded.in_error
                    or delivered.withdrawn and delivered.resource_id = excluded.resource_id,
                  row_hash = excluded.row_hash, correlation = excluded.correlation,
                  delivered_at = now(), sent_at = null
                  """,
              request,
              entries)
          .update();
    }
  }

  private JdbcClient.StatementSpec insert(
      String sql, SyncRequest request, List<Delivered> entries) {
    return jdbc.sql(sql)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("correlation", request.correlation())
        .param("keys", keys(entries.stream()))
        .param("types", texts(entries, Delivered::resourceType))
        .param("ids", texts(entries, Delivered::resourceId))
        .param("since", texts(entries, entry -> entry.effective().toString()))
        .param("until", texts(entries, entry -> entry.until().toString()))
        .param("hashes", texts(entries, Delivered::contentHash))
        .param("inError", entries.stream().map(Delivered::inError).toArray(Boolean[]::new))
        .param("rowHashes", texts(entries, Delivered::rowHash));
  }

  private static @Nullable String[] texts(
      List<Delivered> entries, Function<Delivered, @Nullable String> part) {
    return entries.stream().map(part).toArray(String[]::new);
  }

  /**
   * Stores a single refused resource as a dead letter, with a window around it that a replay
   * fetches again and the hash of its content.
   */
  public void deadLetter(SyncRequest request, Delivered entry, String reason, String detail) {
    jdbc.sql(
            """
            insert into dead_letter as known (account_id, kind, priority, window_from, window_to, tries,
              reason, detail, key, resource_type, resource_id, content_hash, correlation)
            values (:account, :kind, cast(:priority as priority), :effective::timestamptz - interval '1 day',
              :effective::timestamptz + interval '1 day', 1, :reason, :detail, :key, :type, :id,
              :hash, :correlation)
            on conflict (account_id, key) where settled is null and key is not null do update set
              tries = known.tries + 1, reason = excluded.reason, detail = excluded.detail,
              content_hash = excluded.content_hash, window_from = excluded.window_from,
              window_to = excluded.window_to, correlation = excluded.correlation
            """)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("priority", request.priority().code())
        .param("effective", entry.effective().atOffset(ZoneOffset.UTC))
        .param("reason", reason)
        .param("detail", detail)
        .param("key", entry.key())
        .param("type", entry.resourceType())
        .param("id", entry.resourceId())
        .param("hash", HexFormat.of().parseHex(entry.contentHash()))
        .param("correlation", request.correlation())
        .update();
  }

  /**
   * Holds resources that may be another person's as dead letters until an operator decides, each
   * once: a discarded one is not held again. No content is stored.
   *
   * @return keys that an operator has released
   */
  public Set<String> hold(SyncRequest request, List<Produced> held) {
    if (held.isEmpty()) {
      return Set.of();
    }
    UUID account = request.account().id();
    template.batchUpdate(
        """
        insert into dead_letter (account_id, kind, priority, window_from, window_to, tries, reason, detail,
          key, resource_type, resource_id, content_hash, correlation)
        select ?, ?, cast(? as priority), ?, ?, 1, ?, 'another person may have used the device', ?, ?, ?, '', ?
        where not exists (
          select from dead_letter p
          where p.account_id = ? and p.key = ? and p.reason = ?
            -- One discarded because it was removed at Withings was not decided by a person.
            and (p.settled is null or p.settled = 'replayed'
              or p.settled = 'discarded' and p.settled_by is distinct from ?))
        on conflict (account_id, key) where settled is null and key is not null do nothing
        """,
        held,
        held.size(),
        (statement, each) -> {
          statement.setObject(1, account);
          statement.setString(2, request.kind().code());
          statement.setString(3, request.priority().code());
          statement.setObject(4, each.effective().minus(AROUND).atOffset(ZoneOffset.UTC));
          statement.setObject(5, each.effective().plus(AROUND).atOffset(ZoneOffset.UTC));
          statement.setString(6, AMBIGUOUS_OWNER);
          statement.setString(7, each.key());
          statement.setString(8, each.resource().fhirType());
          statement.setString(9, each.resource().getIdElement().getIdPart());
          statement.setString(10, request.correlation());
          statement.setObject(11, account);
          statement.setString(12, each.key());
          statement.setString(13, AMBIGUOUS_OWNER);
          statement.setString(14, Audit.SYSTEM);
        });
    return Set.copyOf(
        jdbc.sql(
                """
                select key from dead_letter
                where account_id = :account and key = any(:keys) and reason = :reason
                  and settled = 'replayed'
                """)
            .param("account", account)
            .param("keys", held.stream().map(Produced::key).toArray(String[]::new))
            .param("reason", AMBIGUOUS_OWNER)
            .query(String.class)
            .list());
  }

  /** Gives up what is held and Withings no longer has: it was another person's. */
  public void discardHeld(SyncRequest request, Collection<String> removed) {
    jdbc.sql(
            """
            update dead_letter set settled = 'discarded', settled_at = now(), settled_by = :actor,
              note = 'Withings has it no longer'
            where account_id = :account and reason = :reason and settled is null
              and key = any(:removed)
            """)
        .param("actor", Audit.SYSTEM)
        .param("account", request.account().id())
        .param("reason", AMBIGUOUS_OWNER)
        .param("removed", removed.toArray(String[]::new))
        .update();
  }

  /**
   * What is held of a window for an operator, by key: when it was measured.
   *
   * @return with keys that were delivered before it was unclear whose they are
   */
  public Map<String, Instant> held(SyncRequest request, Window window) {
    Map<String, Instant> held = new HashMap<>();
    jdbc.sql(
            """
            select key, window_from from dead_letter
            where account_id = :account and kind = :kind and reason = :reason and settled is null
              and key is not null and window_from between :from and :to
            """)
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("reason", AMBIGUOUS_OWNER)
        .param("from", window.from().minus(AROUND).atOffset(ZoneOffset.UTC))
        .param("to", window.to().minus(AROUND).atOffset(ZoneOffset.UTC))
        .query(
            row -> {
              held.put(row.getString(1), row.getTimestamp(2).toInstant().plus(AROUND));
            });
    return held;
  }

  /**
   * The valid Observations in a window: of what spans time also those that begin before it and end
   * in it.
   */
  public List<Delivered> valid(SyncRequest request, Window window) {
    return jdbc.sql(
            VALID
                + " and effective_at between :earliest and :to and "
                + (request.kind().isByDays()
                    ? "coalesce(effective_until, effective_at)"
                    : "effective_at")
                + " >= :from order by key")
        .param("account", request.account().id())
        .param("types", OBSERVATIONS)
        .param("kind", request.kind().code())
        .param("earliest", window.from().minus(LONGEST).atOffset(ZoneOffset.UTC))
        .param("from", window.from().atOffset(ZoneOffset.UTC))
        .param("to", window.to().atOffset(ZoneOffset.UTC))
        .query((row, i) -> delivered(row))
        .list();
  }

  /** The valid body heights that were measured in a window. */
  public List<Delivered> heights(SyncRequest request, Window window) {
    return jdbc.sql(
            VALID + " and effective_at between :from and :to and key ~ :heights order by key")
        .param("account", request.account().id())
        .param("types", OBSERVATIONS)
        .param("kind", request.kind().code())
        .param("from", window.from().atOffset(ZoneOffset.UTC))
        .param("to", window.to().atOffset(ZoneOffset.UTC))
        .param("heights", Identifiers.HEIGHTS)
        .query((row, i) -> delivered(row))
        .list();
  }

  /** The valid Observations among these keys. */
  public List<Delivered> validAmong(SyncRequest request, Collection<String> keys) {
    return jdbc.sql(VALID + " and key = any(:keys) order by key")
        .param("account", request.account().id())
        .param("types", OBSERVATIONS)
        .param("kind", request.kind().code())
        .param("keys", keys.toArray(String[]::new))
        .query((row, i) -> delivered(row))
        .list();
  }

  /** The valid Observations that were made of these rows. */
  public List<Delivered> validOf(SyncRequest request, Collection<String> rows) {
    return jdbc.sql(VALID + " and (key = any(:rows) or key like any(:parts)) order by key")
        .param("account", request.account().id())
        .param("types", OBSERVATIONS)
        .param("kind", request.kind().code())
        .param("rows", rows.toArray(String[]::new))
        .param("parts", rows.stream().map(row -> row + "-%").toArray(String[]::new))
        .query((row, i) -> delivered(row))
        .list();
  }

  /**
   * Valid Observations of a kind, ordered by key, so that a referring Observation precedes its
   * target: an electrocardiogram before its blood pressure.
   *
   * @param after last key of the previous page; empty for the first page
   * @param most page size
   * @param whole whether the Provenances that refer to them come too, and first, and whose devices
   *     they are
   */
  public List<Delivered> valid(SyncRequest request, String after, int most, boolean whole) {
    return jdbc.sql(
            VALID + " and key collate \"C\" > :after order by key collate \"C\" limit :most")
        .param("account", request.account().id())
        .param("kind", request.kind().code())
        .param("types", whole ? ALL_OF_PERSON : OBSERVATIONS)
        .param("after", after)
        .param("most", most)
        .query((row, i) -> delivered(row))
        .list();
  }

  private static Delivered delivered(ResultSet row) throws SQLException {
    return new Delivered(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getTimestamp(4).toInstant(),
        row.getTimestamp(5).toInstant(),
        HexFormat.of().formatHex(row.getBytes(6)),
        row.getBoolean(7),
        null);
  }
}
