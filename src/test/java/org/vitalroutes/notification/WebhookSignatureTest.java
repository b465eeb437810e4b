package org.vitalroutes.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {

  /** GitHub's published example of a signed webhook. */
  private static final String SECRET = "It's a Secret to Everybody";

  private static final String BODY = "Hello, World!";
  private static final String HEX =
      "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  /** {@code openssl dgst -sha256 -hmac "$SECRET" -binary | base64}. */
  private static final String BASE64 = "dXEH6g6yUJ/CESIczphLijdXC211hsIsRvQ3nIsEPhc=";

  /** The same of {@code withings-callback:v1:12345678}, with {@code tr '+/' '-_' | tr -d =}. */
  private static final String CALLBACK = "nPazEsS3bWFVGcnjYb7ehhrhb-A4TlhWf_ma9icYSSM";

  private static final String USER = "12345678";
  private static final String OTHER_SECRET = "a secret that came after the first one";
  private static final String WRONG =
      "0000000000000000000000000000000000000000000000000000000000000000";

  @Test
  void a_body_is_signed_as_others_sign_it() {
    assertThat(delivery().signed(HEX).isAccepted()).isTrue();
  }

  @Test
  void a_callback_is_signed_as_openssl_signs_it() {
    WebhookSignature signature = new WebhookSignature(List.of(SECRET), "hex");

    assertThat(signature.ofCallback(USER)).isEqualTo(CALLBACK);
    assertThat(signature.signsCallback(USER, CALLBACK)).isTrue();
  }

  /** The first 12 digits of {@code printf log-userid:v1:12345678 | openssl dgst -sha256 -hmac}. */
  @Test
  void a_user_has_a_mark_in_logs_that_only_the_secret_leads_to() {
    WebhookSignature signature = new WebhookSignature(List.of(SECRET, OTHER_SECRET), "hex");

    assertThat(signature.markOf(USER)).isEqualTo("94dc3476f41a");
    assertThat(new WebhookSignature(List.of(OTHER_SECRET), "hex").markOf(USER))
        .isNotEqualTo(signature.markOf(USER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HEX,
        "757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17",
        "757107ea0eb2509fc211221cce984b8A37570B6D7586C22C46F4379C8B043E17",
        "sha256=" + HEX,
        "SHA256=" + HEX,
        "  " + HEX + "  ",
        "sha256=" + WRONG + ",sha256=" + HEX,
        HEX + ", " + WRONG,
        "," + HEX,
        "v1=something of another scheme," + HEX
      })
  void a_right_signature_is_accepted_in_each_form(String header) {
    assertThat(delivery().signed(header).isAccepted()).isTrue();
  }

  @Test
  void a_right_signature_is_accepted_in_any_header_line() {
    assertThat(delivery().signed(WRONG, HEX).isAccepted()).isTrue();
    assertThat(delivery().signed(HEX, "").isAccepted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        ",,,,",
        "sha256=",
        "sha1=" + HEX,
        WRONG,
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1",
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e",
        HEX + "0",
        HEX + "00",
        HEX + HEX,
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18",
        "75 71 07 ea",
        "0x" + HEX,
        "７57107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "ß",
        "\u0000",
        "null",
        "sha256=sha256=" + HEX,
        BASE64,
        CALLBACK
      })
  void a_wrong_shape_is_refused_and_does_not_fail(String header) {
    assertThat(delivery().signed(header).isAccepted()).isFalse();
  }

  @Test
  void a_very_long_signature_is_refused() {
    assertThat(delivery().signed("a".repeat(10_240)).isAccepted()).isFalse();
    assertThat(delivery().signed(HEX.repeat(160)).isAccepted()).isFalse();
    assertThat(delivery().signed(",".repeat(10_240)).isAccepted()).isFalse();
  }

  @Test
  void a_body_without_a_signature_is_refused() {
    assertThat(delivery().unsigned().isAccepted()).isFalse();
  }

  @Test
  void a_changed_body_is_refused() {
    assertThat(delivery().signed(HEX).of("Hello, World?").isAccepted()).isFalse();
    assertThat(delivery().signed(HEX).of("Hello, World!\n").isAccepted()).isFalse();
    assertThat(delivery().signed(HEX).of("").isAccepted()).isFalse();
  }

  @Test
  void bytes_that_are_no_text_are_signed_as_they_are() {
    byte[] odd = {0, (byte) 0xff, (byte) 0xfe, 'a'};
    WebhookSignature signature = new WebhookSignature(List.of(SECRET), "hex");

    // printf '\0\377\376a' | openssl dgst -sha256 -hmac "$SECRET"
    assertThat(
            signature.signsBody(
                List.of("7d15f6d22a9fba4bf65a95436ae4fcce9647459443ce02edf1afbfdf6134eea9"), odd))
        .isTrue();
  }

  @Test
  void only_so_many_candidates_are_looked_at() {
    List<String> fifteenWrong = Collections.nCopies(15, WRONG);

    assertThat(delivery().signed(String.join(",", fifteenWrong) + "," + HEX).isAccepted()).isTrue();
    assertThat(
            delivery()
                .signed(String.join(",", fifteenWrong) + "," + WRONG + "," + HEX)
                .isAccepted())
        .isFalse();
    assertThat(delivery().signed(Collections.nCopies(17, WRONG)).isAccepted()).isFalse();
  }

  @Test
  void every_secret_verifies_while_one_is_replaced() {
    assertThat(delivery().signed(HEX).knowing(OTHER_SECRET, SECRET).isAccepted()).isTrue();
    assertThat(delivery().signed(HEX).knowing(SECRET, OTHER_SECRET).isAccepted()).isTrue();
    assertThat(delivery().signed(HEX).knowing(OTHER_SECRET).isAccepted()).isFalse();
  }

  @Test
  void the_first_secret_signs_callbacks_and_all_verify_them() {
    WebhookSignature before = new WebhookSignature(List.of(SECRET), "hex");
    WebhookSignature during = new WebhookSignature(List.of(OTHER_SECRET, SECRET), "hex");
    WebhookSignature after = new WebhookSignature(List.of(OTHER_SECRET), "hex");

    assertThat(during.ofCallback(USER))
        .isEqualTo(after.ofCallback(USER))
        .isNotEqualTo(before.ofCallback(USER));
    assertThat(during.signsCallback(USER, before.ofCallback(USER))).isTrue();
    assertThat(after.signsCallback(USER, before.ofCallback(USER))).isFalse();
  }

  @Test
  void white_space_around_a_secret_in_the_settings_does_not_count() {
    assertThat(new WebhookSignature(List.of(" " + SECRET + "\n"), "hex").ofCallback(USER))
        .isEqualTo(CALLBACK);
  }

  @Test
  void without_a_secret_there_is_no_signature() {
    assertThatThrownBy(() -> new WebhookSignature(List.of(), "hex"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_gateway_may_sign_in_base64() {
    assertThat(delivery().encodedAs("base64").signed(BASE64).isAccepted()).isTrue();
    assertThat(delivery().encodedAs("base64").signed("sha256=" + BASE64).isAccepted()).isTrue();
    assertThat(delivery().encodedAs("base64").signed(HEX).isAccepted()).isFalse();
    assertThat(delivery().encodedAs("base64").signed(BASE64.toLowerCase(Locale.ROOT)).isAccepted())
        .isFalse();
    assertThat(delivery().encodedAs("base64").signed("é=").isAccepted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        CALLBACK + "=",
        CALLBACK + "A",
        "nPazEsS3bWFVGcnjYb7ehhrhb-A4TlhWf_ma9icYSS",
        // The last character has two spare bits: a decoder takes all four for the same bytes.
        "nPazEsS3bWFVGcnjYb7ehhrhb-A4TlhWf_ma9icYSSN",
        "nPazEsS3bWFVGcnjYb7ehhrhb+A4TlhWf/ma9icYSSM",
        "NPAZESS3BWFVGCNJYB7EHHRHB-A4TLHWF_MA9ICYSSM",
        "nPazEsS3bWFVGcnjYb7ehhrhb-A4TlhWf_ma9icYSSM\u0000",
        "ñPazEsS3bWFVGcnjYb7ehhrhb-A4TlhWf_ma9icYSSM",
        HEX,
        BASE64
      })
  void a_callback_has_one_signature_and_no_other_spelling(String sign) {
    assertThat(new WebhookSignature(List.of(SECRET), "hex").signsCallback(USER, sign)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"12345679", "1234567", "123456780", "", " 12345678", "12345678\u0000"})
  void a_callback_is_signed_for_one_user(String user) {
    assertThat(new WebhookSignature(List.of(SECRET), "hex").signsCallback(user, CALLBACK))
        .isFalse();
  }

  @Test
  void a_signed_callback_is_no_signed_body() {
    WebhookSignature signature = new WebhookSignature(List.of(SECRET), "base64");
    String asBody = CALLBACK.replace('-', '+').replace('_', '/') + "=";

    assertThat(signature.signsBody(List.of(asBody), USER.getBytes(UTF_8))).isFalse();
    assertThat(signature.signsCallback("", BASE64)).isFalse();
  }

  private static Delivery delivery() {
    return new Delivery(List.of(SECRET), "hex", List.of(), BODY);
  }

  /** A body on its way in; each test changes the one thing that differs. */
  private record Delivery(List<String> secrets, String encoding, List<String> header, String body) {

    Delivery signed(String... lines) {
      return signed(List.of(lines));
    }

    Delivery signed(List<String> lines) {
      return new Delivery(secrets, encoding, lines, body);
    }

    Delivery unsigned() {
      return signed(List.of());
    }

    Delivery of(String changed) {
      return new Delivery(secrets, encoding, header, changed);
    }

    Delivery knowing(String... known) {
      return new Delivery(List.of(known), encoding, header, body);
    }

    Delivery encodedAs(String other) {
      return new Delivery(secrets, other, header, body);
    }

    boolean isAccepted() {
      return new WebhookSignature(secrets, encoding).signsBody(header, body.getBytes(UTF_8));
    }
  }
}
