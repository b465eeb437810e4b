package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WithingsSignatureTest {

  private final WithingsSignature signature = new WithingsSignature("MYCLIENTID", "MYSECRET");

  /** Computed with {@code openssl dgst -sha256 -hmac}. */
  @Test
  void a_nonce_is_asked_for_with_the_time_signed() {
    assertThat(signature.getNonce(1_700_000_000).fields())
        .containsEntry("timestamp", "1700000000")
        .containsEntry(
            "signature", "91dfc0dbe54fdfee3e12c9cb84135468394bbaf6d0707ed2a237d6e38c7d5b3b");
  }

  @Test
  void a_revocation_is_signed_with_the_nonce_and_not_with_the_user() {
    assertThat(signature.revoke("4711", "NONCE123").fields())
        .containsEntry("userid", "4711")
        .containsEntry(
            "signature", "6f0d18ed7e91b8acd6f1b4c640e517c8f39d09128132ff950821be30b5ba10a4");
  }
}
