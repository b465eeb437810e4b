package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Queries of Vitalroutes' database and small requests for the tests. */
public final class Inspection {

  private final JdbcClient jdbc;

  public Inspection(String database) {
    jdbc = JdbcClient.create(new DriverManagerDataSource(database, "postgres", "postgres"));
  }

  public long notifications() {
    return count("select count(*) from notification");
  }

  public long dispatchedNotifications() {
    return count("select count(*) from notification where dispatched_at is not null");
  }

  /** Waiting work, except second reads that are not due. */
  public long waitingRequests() {
    return count(
        "select count(*) from sync_request where priority <> 'recheck' or not_before <= now()");
  }

  /** Ends the leases of requests now, as half a minute does when a process was killed. */
  public void leasesHaveEnded() {
    jdbc.sql("update sync_request set leased_until = now() where leased_by is not null").update();
  }

  /** Makes the second reads of windows due now. */
  public void secondReadsAreDue() {
    jdbc.sql(
            """
            update recheck set due_at = least(due_at, now()),
              missing_at = least(missing_at, now() - interval '70 seconds')
            """)
        .update();
    jdbc.sql(
            """
            update sync_request set not_before = least(not_before, now())
            where priority = 'recheck' and leased_by is null
            """)
        .update();
  }

  /** Empties the ledger of a user's account. */
  public void forgetDelivered(String subject) {
    jdbc.sql(
            """
            delete from delivered where account_id in
              (select id from connected_account where subject = ?)
            """)
        .param(subject)
        .update();
  }

  /** The number of requests that wait for another try. */
  public long failedRequests() {
    return count("select count(*) from sync_request where problem is not null");
  }

  /** How long a request that failed waits at most. */
  public double secondsUntilFailedRequest() {
    return jdbc.sql(
            """
            select max(extract(epoch from not_before - now()))::double precision from sync_request
            where problem is not null
            """)
        .query(Double.class)
        .single();
  }

  /** Lets the time pass until requests that failed, and refreshes, are tried again. */
  public void failedRequestsAreDue() {
    jdbc.sql("update connected_account set refreshing_until = null").update();
    jdbc.sql("update sync_request set not_before = now() where problem is not null").update();
  }

  /** The dead letters: priority and reason. */
  public List<String> deadLetters() {
    return jdbc.sql(
            "select priority, reason, detail from dead_letter where settled is null order by id")
        .query((row, i) -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3))
        .list();
  }

  /** The number of stored tokens of a user. */
  public long tokensOf(String subject) {
    return jdbc.sql(
            """
            select num_nonnulls(access_token, refresh_token, previous_refresh_token)
            from connected_account where subject = ?
            """)
        .param(subject)
        .query(Long.class)
        .single();
  }

  /** All oddities of all notifications. */
  public List<String> oddities() {
    return jdbc.sql("select distinct unnest(oddities) from notification")
        .query(String.class)
        .list();
  }

  /** Every row of every table as text, as in a dump; bytes in hex. */
  public List<String> everyRow() {
    return jdbc
        .sql(
            """
            select quote_ident(relname) from pg_class
            where relnamespace = 'public'::regnamespace and relkind = 'r'
            """)
        .query(String.class)
        .list()
        .stream()
        .flatMap(
            table ->
                jdbc
                    .sql("select '" + table + " ' || t::text from " + table + " t")
                    .query(String.class)
                    .list()
                    .stream())
        .toList();
  }

  private long count(String sql) {
    return jdbc.sql(sql).query(Long.class).single();
  }

  /** A form to post. */
  public static HttpRequest.Builder form(HttpRequest.Builder request, String form) {
    return request
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form));
  }

  /** The signature that a gateway sends in the header. */
  public static String bodySignature(String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(TestSettings.WEBHOOK_SECRET.getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A measure group of a scale. */
  public static ObjectNode weightGroup(long grpid, Instant date, long grams) {
    ObjectNode group = JsonNodeFactory.instance.objectNode();
    group
        .put("grpid", grpid)
        .put("attrib", 0)
        .put("date", date.getEpochSecond())
        .put("created", date.getEpochSecond())
        .put("modified", date.getEpochSecond())
        .put("category", 1)
        .put("hash_deviceid", "0123456789012345678901234567890123456789")
        .put("modelid", 5)
        .put("model", "Body+");
    group.set("measures", weightMeasures(grams));
    return group;
  }

  /** The measures of such a group. */
  public static ArrayNode weightMeasures(long grams) {
    ArrayNode measures = JsonNodeFactory.instance.arrayNode();
    measures.addObject().put("value", grams).put("type", 1).put("unit", -3);
    return measures;
  }

  /** A group of measures in which the user entered a height. */
  public static ObjectNode heightGroup(long grpid, Instant date, long millimetres) {
    ObjectNode group = weightGroup(grpid, date, 0);
    group.set("measures", heightMeasures(millimetres));
    return group.put("attrib", 2);
  }

  /** The measures of such a group. */
  public static ArrayNode heightMeasures(long millimetres) {
    ArrayNode measures = JsonNodeFactory.instance.arrayNode();
    measures.addObject().put("value", millimetres).put("type", 4).put("unit", -3);
    return measures;
  }
}
