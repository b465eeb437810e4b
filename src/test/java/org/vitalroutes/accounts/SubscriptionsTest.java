package org.vitalroutes.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriptionsTest {

  private static final List<Integer> ALL = List.of(58, 1, 2, 4, 16, 44, 46, 50, 51, 52, 54, 55, 99);

  @ParameterizedTest
  @CsvSource({
    "user.metrics, '58 1 2 4 54 55'",
    "user.activity, '16 44 50'",
    "user.sleepevents, '50 51 52'",
    "user.info, 46",
    "user.unknown, ''",
    "'', ''",
    "'user.info,user.activity', '16 44 46 50'",
    "'user.activity,user.sleepevents', '16 44 50 51 52'",
  })
  void a_scope_opens_its_applis_in_the_configured_order(String scopes, String applis) {
    assertThat(Subscriptions.opened(ALL, List.of(scopes.split(","))))
        .isEqualTo(
            Stream.of(applis.split(" "))
                .filter(appli -> !appli.isEmpty())
                .map(Integer::valueOf)
                .toList());
  }

  @Test
  void what_is_not_configured_is_not_subscribed() {
    assertThat(Subscriptions.opened(List.of(), List.of("user.metrics"))).isEmpty();
  }
}
