package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.fhir.deliver.Delivered;

class WithdrawRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("withdraw");
  private static final List<Delivered> SOME = List.of(sent("a"), sent("b"));
  private static final List<Delivered> MORE = List.of(sent("c"));

  @BeforeEach
  void forget() {
    fixture.forget();
    when(fixture.ledger.valid(any(), eq(""), anyInt(), anyBoolean())).thenReturn(SOME);
    when(fixture.ledger.valid(any(), eq("b"), anyInt(), anyBoolean())).thenReturn(MORE);
    when(fixture.ledger.valid(any(), eq("c"), anyInt(), anyBoolean())).thenReturn(List.of());
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({"MARK, withdraw, delete", "DELETE, delete, withdraw"})
  void what_stands_is_withdrawn_a_transaction_at_a_time(
      OnDisconnect onDisconnect, String done, String other) {
    when(fixture.accounts.onDisconnect(Requests.ACCOUNT.id())).thenReturn(onDisconnect);

    assertThat(withdraw().getException()).isNull();

    assertThat(fixture.neighbour("direct:deliver-" + done).seen())
        .extracting(seen -> seen.getVariable("removed"))
        .containsExactly(SOME, MORE);
    assertThat(fixture.neighbour("direct:deliver-" + other).seen()).isEmpty();
    verify(fixture.ledger).valid(Requests.ofDay(), "", 100, onDisconnect == OnDisconnect.DELETE);
    verify(fixture.requests).completeWithdrawal(Requests.ofDay());
  }

  @Test
  void what_fails_is_not_complete() {
    when(fixture.accounts.onDisconnect(any())).thenReturn(OnDisconnect.MARK);
    fixture.neighbour("direct:deliver-withdraw").fails(new InternalErrorException("Anna"));

    assertThat(withdraw().getException()).isInstanceOf(InternalErrorException.class);
    verify(fixture.requests, never()).completeWithdrawal(any());
  }

  private static Exchange withdraw() {
    return fixture.send(
        "direct:withdraw-data", Requests.ofDay(), Map.of(), Map.of("request", Requests.ofDay()));
  }

  private static Delivered sent(String key) {
    return new Delivered(key, "Observation", "id-" + key, Requests.FROM, "00", false);
  }
}
