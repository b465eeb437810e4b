package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.testsupport.MeasureReply;

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

  /** Callback URLs that this deployment has stored or signed. */
  private static final Predicate<String> OURS = url -> url.endsWith("/4711/b2xk");

  private static final String URL = "https://routes.example.org/webhooks/withings/4711/c2ln";

  @Test
  void what_is_listed_with_the_current_url_is_present() {
    Subscriptions compared =
        Subscriptions.compare(
            List.of(1, 4, 16),
            URL,
            listed(
                profile(1, URL, "Vitalroutes"),
                profile(4, URL + "/", ""),
                profile(16, URL.replace("https://routes", "HTTPS://Routes"), "Vitalroutes"),
                profile(16, URL, "Vitalroutes")),
            OURS);

    assertThat(compared.present()).containsExactly(1, 4, 16);
    assertThat(compared.changes()).isEmpty();
  }

  @Test
  void what_is_missing_is_begun_in_the_wanted_order() {
    Subscriptions compared =
        Subscriptions.compare(
            List.of(44, 1), URL, listed(profile(4, "https://other.org/", "")), OURS);

    assertThat(compared.present()).isEmpty();
    assertThat(compared.changes())
        .containsExactly(SubscriptionChange.begin(44, URL), SubscriptionChange.begin(1, URL));
  }

  @ParameterizedTest
  @CsvSource({
    "https://routes.example.org/webhooks/withings/4711/b2xk, ''",
    "https://routes.example.org/webhooks/withings/4711/b2xk/, other",
    "https://elsewhere.example.org/webhooks/withings/4711/b2xk, ''",
  })
  void an_older_url_of_ours_is_replaced_and_the_new_one_comes_first(String url, String comment) {
    Subscriptions compared =
        Subscriptions.compare(List.of(1), URL, listed(profile(1, url, comment)), OURS);

    assertThat(compared.changes())
        .containsExactly(SubscriptionChange.begin(1, URL), SubscriptionChange.end(1, url));
  }

  @ParameterizedTest
  @CsvSource({
    "https://staging.example.org/webhooks/withings/4711/c2ln, Vitalroutes",
    "https://routes.example.org/webhooks/withings/4711/b3RoZXI, Vitalroutes",
    "no url at all, Vitalroutes",
    "'', Vitalroutes",
    "https://routes.example.org/webhooks/withings/47, ''",
    "https://routes.example.org/webhooks/withings/4712/c2ln, ''",
    "http://routes.example.org/webhooks/withings/4711/c2ln, ''",
    "'https://routes.example.org/webhooks/with ings', ''",
  })
  void what_is_not_ours_stays(String url, String comment) {
    assertThat(
            Subscriptions.compare(List.of(), URL, listed(profile(1, url, comment)), OURS).changes())
        .isEmpty();
  }

  @Test
  void what_is_ours_and_not_wanted_any_more_is_ended() {
    assertThat(
            Subscriptions.compare(List.of(), URL, listed(profile(51, URL, "Vitalroutes")), OURS)
                .changes())
        .containsExactly(SubscriptionChange.end(51, URL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"profiles\": null}", "{\"profiles\": [null, 7, {}]}"})
  void an_odd_list_is_taken_for_an_empty_one(String body) {
    assertThat(Subscriptions.compare(List.of(1), URL, MeasureReply.tree(body), OURS).changes())
        .containsExactly(SubscriptionChange.begin(1, URL));
  }

  @Test
  void a_change_is_printed_without_its_url() {
    assertThat(SubscriptionChange.end(4, URL)).hasToString("revoke appli 4");
  }

  @Test
  void a_subscription_that_begins_says_that_it_is_ours() {
    assertThat(SubscriptionChange.begin(4, URL).call().fields())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "action", "subscribe",
                "appli", "4",
                "callbackurl", URL,
                "comment", "Vitalroutes"));
  }

  private static JsonNode listed(ObjectNode... profiles) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("profiles").addAll(List.of(profiles));
    return body;
  }

  private static ObjectNode profile(int appli, String url, String comment) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("appli", appli)
        .put("callbackurl", url)
        .put("comment", comment)
        .put("expires", 2_147_483_647L);
  }
}
