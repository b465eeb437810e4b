package org.vitalroutes.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OAuthStateTest {

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
