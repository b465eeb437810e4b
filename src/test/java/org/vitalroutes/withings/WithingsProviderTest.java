package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WithingsProviderTest {

  @Test
  void the_url_holds_what_withings_wants() {
    assertThat(
            new WithingsProvider(
                    "https://account.withings.com/oauth2_user/authorize2",
                    "the client",
                    List.of("user.info", "user.metrics"))
                .authorizationUrl("a-state", "https://example.org/back?x=1&y=2"))
        .isEqualTo(
            "https://account.withings.com/oauth2_user/authorize2?response_type=code"
                + "&client_id=the+client&scope=user.info,user.metrics&state=a-state"
                + "&redirect_uri=https%3A%2F%2Fexample.org%2Fback%3Fx%3D1%26y%3D2");
  }

  @Test
  void a_url_with_a_query_is_extended() {
    assertThat(
            new WithingsProvider("http://localhost/a?mode=demo", "c", List.of("s"))
                .authorizationUrl("t", "u"))
        .startsWith("http://localhost/a?mode=demo&response_type=code&");
  }
}
