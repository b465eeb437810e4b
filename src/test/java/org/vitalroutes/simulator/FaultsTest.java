package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.testsupport.Inspection;

@Order(1)
class FaultsTest {
  private static final long USER = 4711;

  private final MovableClock clock = new MovableClock(Instant.parse("2026-11-20T08:00:00Z"));
  private final WithingsSimulator simulator =
      new WithingsSimulator(SimulatorClient.settings(), clock);
  private final SimulatorClient client = new SimulatorClient(simulator);
  private String token = "";

  @BeforeEach
  void start() {
    simulator.start();
    simulator.addUser(USER);
    simulator.weighIn(USER);
    token = client.token(USER);
    simulator.calls().clear();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void more_calls_than_the_budget_in_sixty_seconds_are_refused_with_601() {
    simulator.settings().requestsPerMinute(3);
    for (int i = 0; i < 3; i++) {
      assertThat(client.getmeas(token).path("status").asInt()).isZero();
      clock.advance(Duration.ofSeconds(10));
    }

    JsonNode refused = client.getmeas(token);
    assertThat(refused.path("status").asInt()).isEqualTo(601);
    assertThat(refused.path("error").asText()).isEqualTo("Too Many Requests");

    clock.advance(Duration.ofSeconds(30));
    assertThat(client.getmeas(token).path("status").asInt()).isZero();
    assertThat(client.getmeas(token).path("status").asInt()).isEqualTo(601);
    assertThat(simulator.calls().maximumPerMinute()).isEqualTo(5);
  }

  @Test
  void the_consent_page_and_the_control_cost_nothing() {
    simulator.settings().requestsPerMinute(1);

    client.authorize();
    client.control("GET", "/calls", "");

    assertThat(client.getmeas(token).path("status").asInt()).isZero();
  }

  @Test
  void a_fault_befalls_as_many_calls_as_it_says() {
    simulator.faults().add(Fault.bodyStatus(601).times(2));

    assertThat(client.getmeas(token).path("status").asInt()).isEqualTo(601);
    assertThat(client.getmeas(token).path("status").asInt()).isEqualTo(601);
    assertThat(client.getmeas(token).path("status").asInt()).isZero();
  }

  @Test
  void a_fault_can_be_meant_for_one_action_path_or_user() {
    simulator.addUser(4712);
    String other = client.token(4712);
    simulator.faults().add(Fault.bodyStatus(1).onAction("getdevice"));
    simulator.faults().add(Fault.bodyStatus(2).onPath("/v2/sleep"));
    simulator.faults().add(Fault.bodyStatus(3).forUser(4712));

    assertThat(client.getmeas(token).path("status").asInt()).isZero();
    assertThat(client.call("/v2/user", token, "action", "getdevice").path("status").asInt())
        .isEqualTo(1);
    assertThat(client.call("/v2/sleep", token, "action", "getsummary").path("status").asInt())
        .isEqualTo(2);
    assertThat(client.getmeas(other).path("status").asInt()).isEqualTo(3);
    assertThat(simulator.faults().waiting()).isEmpty();
  }

  @Test
  void an_http_status_may_come_with_retry_after() {
    simulator.faults().add(Fault.httpStatus(429, "7"));

    HttpResponse<String> answer = getmeas();

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("7");
  }

  @Test
  void an_answer_may_be_a_page_nothing_or_anything() {
    simulator.faults().add(Fault.of(Fault.Kind.HTML));
    simulator.faults().add(Fault.of(Fault.Kind.EMPTY));
    simulator.faults().add(Fault.raw("{\"status\": NaN}"));

    assertThat(getmeas().body()).startsWith("<!DOCTYPE html>");
    assertThat(getmeas().body()).isEmpty();
    assertThat(getmeas().body()).isEqualTo("{\"status\": NaN}");
  }

  @Test
  void json_may_be_truncated() {
    String whole = getmeas().body();
    simulator.faults().add(Fault.of(Fault.Kind.TRUNCATED));

    assertThat(getmeas().body()).isEqualTo(whole.substring(0, whole.length() / 2));
  }

  @Test
  void the_connection_may_end_before_or_within_the_answer() {
    simulator.faults().add(Fault.of(Fault.Kind.RESET).times(2));
    assertThatThrownBy(this::getmeas).isInstanceOf(UncheckedIOException.class);
    simulator.faults().clear();
    simulator.faults().add(Fault.of(Fault.Kind.CUT));
    assertThatThrownBy(this::getmeas).isInstanceOf(UncheckedIOException.class);
    simulator.faults().clear();

    assertThat(getmeas().statusCode()).isEqualTo(200);
  }

  @Test
  void an_answer_may_be_late() {
    simulator.faults().add(Fault.delay(Duration.ofMillis(80)));
    long start = System.nanoTime();

    assertThat(client.getmeas(token).path("status").asInt()).isZero();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(75));
  }

  @Test
  void an_answer_may_be_huge() {
    simulator.faults().add(Fault.huge(2_000_000));

    assertThat(getmeas().body()).hasSizeGreaterThan(2_000_000);
  }

  @Test
  void paging_may_never_advance() {
    simulator.faults().add(Fault.of(Fault.Kind.STUCK_PAGING).times(2));

    JsonNode first = client.getmeas(token).path("body");
    JsonNode second = client.getmeas(token, "offset", "5").path("body");

    assertThat(first.path("more").asInt()).isEqualTo(1);
    assertThat(first.path("offset").asInt()).isZero();
    assertThat(second.path("offset").asInt()).isEqualTo(5);
  }

  @Test
  void numbers_may_be_texts() {
    simulator.faults().add(Fault.of(Fault.Kind.NUMBERS_AS_STRINGS));

    JsonNode answer = client.getmeas(token);

    assertThat(answer.path("status").asText()).isEqualTo("0");
    assertThat(answer.path("status").isTextual()).isTrue();
    assertThat(answer.at("/body/measuregrps/0/measures/0/value").isTextual()).isTrue();
  }

  @Test
  void keys_may_come_twice() {
    simulator.faults().add(Fault.of(Fault.Kind.DUPLICATE_KEYS));

    assertThat(getmeas().body()).startsWith("{\"status\":2555,\"body\":{},\"status\":0,\"body\":{");
  }

  @ParameterizedTest
  @CsvSource({"EMPTY_LIST, []", "NULL_LIST, null", "SHORT_LIST, [3]", "SHIFTED_LIST, '[2,1]'"})
  void a_list_may_be_wrong_though_its_answer_is_right(Fault.Kind kind, String groups) {
    simulator.addUser(12);
    for (int group = 1; group <= 3; group++) {
      simulator.addGroup(
          12, Inspection.weightGroup(group, clock.instant().plusSeconds(group), 70_000), false);
    }
    simulator.faults().add(Fault.of(kind).onAction("getmeas"));

    JsonNode answer = client.getmeas(client.token(12));

    assertThat(answer.path("status").asInt()).isZero();
    JsonNode list = answer.at("/body/measuregrps");
    assertThat(list.isNull() ? "null" : list.findValues("grpid").toString().replace(" ", ""))
        .isEqualTo(groups);
  }

  @Test
  void a_share_of_the_calls_may_go_wrong_until_it_is_cleared() {
    simulator.settings().requestsPerMinute(0);
    simulator.faults().add(Fault.of(Fault.Kind.EMPTY_LIST).onAction("getmeas"), 0.5);

    assertThat(emptyOf(100)).isBetween(30L, 70L);
    simulator.faults().clear();
    assertThat(emptyOf(100)).isZero();
  }

  private long emptyOf(int calls) {
    return IntStream.range(0, calls)
        .filter(call -> client.getmeas(token).at("/body/measuregrps").isEmpty())
        .count();
  }

  @Test
  void a_call_may_be_carried_out_and_only_its_answer_lost() {
    String refreshToken = client.connect(USER).path("refresh_token").asText();
    simulator.faults().add(Fault.httpStatus(502).losingAnswer().onPath("/v2/oauth2"));

    assertThatThrownBy(() -> client.refresh(refreshToken)).hasMessage("HTTP 502");
    clock.advance(Duration.ofHours(7));

    assertThat(client.refresh(refreshToken).path("status").asInt()).isZero();
    clock.advance(Duration.ofHours(1));
    assertThat(client.refresh(refreshToken).path("status").asInt()).isEqualTo(503);
  }

  @Test
  void calls_are_counted_and_remembered_without_secrets() {
    String refreshToken = client.connect(USER).path("refresh_token").asText();
    client.refresh(refreshToken);
    client.getmeas(token, "lastupdate", "5");
    client.getmeas("nonsense");
    simulator.faults().add(Fault.of(Fault.Kind.EMPTY));
    getmeas();

    CallLog calls = simulator.calls();
    assertThat(calls.count("/measure getmeas")).isEqualTo(3);
    assertThat(calls.count("/v2/oauth2 requesttoken refresh_token")).isEqualTo(1);
    assertThat(calls.count("/v2/oauth2 requesttoken authorization_code")).isEqualTo(1);
    assertThat(calls.statuses()).containsEntry("0", 3L).containsEntry("401", 1L);
    CallLog.Entry entry = calls.last(3).get(0);
    assertThat(entry.userid()).contains(USER);
    assertThat(entry.parameters()).containsOnly(Map.entry("lastupdate", "5"));
    assertThat(calls.last(1).get(0).fault()).contains("empty");
    assertThat(calls.last(100).toString())
        .doesNotContain(token)
        .doesNotContain(refreshToken)
        .doesNotContain(SimulatorClient.CLIENT_SECRET);
  }

  private HttpResponse<String> getmeas() {
    return client.post("/measure", token, "action", "getmeas");
  }
}
