package org.vitalroutes.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuthorizationStartTest {

  @Test
  void the_url_holds_what_withings_wants() {
    AuthorizationStart start =
        AuthorizationStart.of(
            "https://account.withings.com/oauth2_user/authorize2",
            "the client",
            List.of("user.info", "user.metrics"),
            "a-state",
            "https://example.org/back?x=1&y=2");

    assertThat(start.authorizationUrl())
        .isEqualTo(
            "https://account.withings.com/oauth2_user/authorize2?response_type=code"
                + "&client_id=the+client&scope=user.info,user.metrics&state=a-state"
                + "&redirect_uri=https%3A%2F%2Fexample.org%2Fback%3Fx%3D1%26y%3D2");
    assertThat(start.state()).isEqualTo("a-state");
  }

  @Test
  void a_url_with_a_query_is_extended() {
    assertThat(
            AuthorizationStart.of("http://localhost/a?mode=demo", "c", List.of("s"), "t", "u")
                .authorizationUrl())
        .startsWith("http://localhost/a?mode=demo&response_type=code&");
  }

  @Test
  void a_state_has_256_bits_and_is_never_the_same() {
    List<String> values = IntStream.range(0, 100).mapToObj(i -> OAuthState.freshValue()).toList();

    assertThat(values).doesNotHaveDuplicates().allMatch(value -> value.matches("[\\w-]{43}"));
  }

  @Test
  void a_state_is_stored_as_its_hash() {
    // printf abc | sha256sum
    assertThat(HexFormat.of().formatHex(OAuthState.hash("abc")))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
