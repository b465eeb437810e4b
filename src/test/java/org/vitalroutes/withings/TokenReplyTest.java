package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vitalroutes.testsupport.MeasureReply.tree;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.accounts.Tokens;
import org.vitalroutes.provider.ProviderUnavailableException;

class TokenReplyTest {

  private static final Instant NOW = Instant.parse("2024-03-02T10:15:30Z");
  private static final List<String> ASKED = List.of("user.info", "user.activity");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @ParameterizedTest
  @ValueSource(strings = {"4711", "\"4711\""})
  void a_user_id_is_a_number_or_text(String userId) {
    Tokens tokens =
        of(
            """
            {"userid": %s, "access_token": "a", "refresh_token": "r", "expires_in": 10800,
             "scope": "user.info,user.metrics", "csrf_token": "c", "token_type": "Bearer"}
            """
                .formatted(userId));

    assertThat(tokens)
        .isEqualTo(
            new Tokens(
                "4711", "a", "r", NOW.plusSeconds(10_800), List.of("user.info", "user.metrics")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"user.metrics\"             | user.metrics",
        "\"user.info,user.metrics\"   | user.info;user.metrics",
        "\"user.info, user.metrics\"  | user.info;user.metrics",
        "\"user.info user.metrics\"   | user.info;user.metrics",
        "\",user.info,,\"             | user.info",
        "\"\"                         | user.info;user.activity",
        "null                         | user.info;user.activity",
      })
  void scopes_are_separated_by_commas_and_without_any_those_asked_for_are_granted(
      String scope, String scopes) {
    assertThat(String.join(";", of(reply().formatted(scope, "10800")).scopes())).isEqualTo(scopes);
  }

  @ParameterizedTest
  @CsvSource({"60, 60", "'\"60\"', 60", "null, 10800", "'\"soon\"', 10800"})
  void a_token_is_valid_for_three_hours_by_default(String expiresIn, long seconds) {
    assertThat(of(reply().formatted("\"\"", expiresIn)).expiresAt())
        .isEqualTo(NOW.plusSeconds(seconds));
  }

  @Test
  void missing_optional_fields_are_not_needed() {
    Tokens tokens = of("{\"userid\": 1, \"access_token\": \"a\", \"refresh_token\": \"r\"}");

    assertThat(tokens.scopes()).isEqualTo(ASKED);
    assertThat(tokens.expiresAt()).isEqualTo(NOW.plusSeconds(10_800));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"userid\": 1, \"access_token\": \"a\"}",
        "{\"userid\": 1, \"refresh_token\": \"r\"}",
        "{\"access_token\": \"a\", \"refresh_token\": \"r\"}",
        "{\"userid\": 1, \"access_token\": \"\", \"refresh_token\": \"r\"}",
        "{\"userid\": null, \"access_token\": \"a\", \"refresh_token\": \"r\"}",
        "{\"userid\": 1, \"access_token\": null, \"refresh_token\": \"r\"}",
        "{\"userid\": 1, \"access_token\": {}, \"refresh_token\": \"r\"}",
      })
  void half_a_grant_is_none(String reply) {
    assertThatThrownBy(() -> of(reply))
        .isInstanceOf(ProviderUnavailableException.class)
        .hasMessage("Withings granted an incomplete token");
  }

  @Test
  void tokens_are_not_printed() {
    assertThat(of(reply().formatted("\"\"", "1"))).hasToString("Tokens[…]");
  }

  private static String reply() {
    return """
        {"userid": 4711, "access_token": "a", "refresh_token": "r", "scope": %s, "expires_in": %s}
        """;
  }

  private static Tokens of(String reply) {
    return TokenReply.read(tree(reply), ASKED, CLOCK);
  }
}
