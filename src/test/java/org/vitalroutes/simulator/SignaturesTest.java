package org.vitalroutes.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignaturesTest {
  /** Computed independently, so that an error in both signing and checking is found. */
  @Test
  void getnonce_is_signed_as_in_the_known_vector() {
    assertThat(Signatures.sign("MYSECRET", "getnonce", "MYCLIENTID", "1700000000"))
        .isEqualTo("91dfc0dbe54fdfee3e12c9cb84135468394bbaf6d0707ed2a237d6e38c7d5b3b");
  }

  @Test
  void revoke_is_signed_as_in_the_known_vector() {
    assertThat(Signatures.sign("MYSECRET", "revoke", "MYCLIENTID", "NONCE123"))
        .isEqualTo("6f0d18ed7e91b8acd6f1b4c640e517c8f39d09128132ff950821be30b5ba10a4");
  }
}
