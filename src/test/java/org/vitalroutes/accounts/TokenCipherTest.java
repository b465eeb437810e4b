package org.vitalroutes.accounts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCipherTest {

  private static final UUID ACCOUNT = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  private static KeysetHandle keys;

  @BeforeAll
  static void generate() throws GeneralSecurityException {
    AeadConfig.register();
    keys = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM);
  }

  @Test
  void a_token_comes_back_from_where_it_was_put() {
    TokenCipher cipher = TokenCipher.of(json(keys));
    byte[] stored = cipher.encrypt("the token é", ACCOUNT, "access_token");

    assertThat(cipher.decrypt(stored, ACCOUNT, "access_token")).isEqualTo("the token é");
    assertThat(new String(stored, ISO_8859_1)).doesNotContain("the token");
  }

  @Test
  void the_same_token_never_looks_the_same() {
    TokenCipher cipher = TokenCipher.of(json(keys));

    assertThat(cipher.encrypt("t", ACCOUNT, "c")).isNotEqualTo(cipher.encrypt("t", ACCOUNT, "c"));
  }

  @Test
  void a_token_moved_to_another_account_or_column_does_not_decrypt() {
    TokenCipher cipher = TokenCipher.of(json(keys));
    byte[] stored = cipher.encrypt("the token", ACCOUNT, "access_token");

    assertThatThrownBy(() -> cipher.decrypt(stored, OTHER, "access_token"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cipher.decrypt(stored, ACCOUNT, "refresh_token"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("refresh_token")
        .hasMessageContaining(ACCOUNT.toString())
        .hasMessageContaining("TOKEN_ENCRYPTION_KEYSET");
  }

  @Test
  void a_changed_token_does_not_decrypt() {
    TokenCipher cipher = TokenCipher.of(json(keys));
    byte[] stored = cipher.encrypt("the token", ACCOUNT, "access_token");
    stored[stored.length - 1] ^= 1;

    assertThatThrownBy(() -> cipher.decrypt(stored, ACCOUNT, "access_token"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cipher.decrypt(new byte[0], ACCOUNT, "access_token"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_key_is_replaced_without_losing_what_it_encrypted() throws GeneralSecurityException {
    TokenCipher before = TokenCipher.of(json(keys));
    KeysetHandle both =
        KeysetHandle.newBuilder(keys)
            .addEntry(
                KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                    .withRandomId()
                    .makePrimary())
            .build();
    TokenCipher during = TokenCipher.of(json(both));
    TokenCipher after =
        TokenCipher.of(
            json(
                KeysetHandle.newBuilder()
                    .addEntry(KeysetHandle.importKey(both.getPrimary().getKey()).makePrimary())
                    .build()));
    byte[] old = before.encrypt("old", ACCOUNT, "c");
    byte[] fresh = during.encrypt("fresh", ACCOUNT, "c");

    assertThat(during.decrypt(old, ACCOUNT, "c")).isEqualTo("old");
    assertThat(after.decrypt(fresh, ACCOUNT, "c")).isEqualTo("fresh");
    assertThatThrownBy(() -> after.decrypt(old, ACCOUNT, "c"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_keyset_may_lie_in_a_file(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("keyset.json"), json(keys));
    byte[] stored = TokenCipher.of("file:" + file).encrypt("t", ACCOUNT, "c");

    assertThat(TokenCipher.of(json(keys)).decrypt(stored, ACCOUNT, "c")).isEqualTo("t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cret-keyset",
        "{}",
        "{\"primaryKeyId\": 1, \"key\": [{\"keyData\": {\"value\": \"s3cret-keyset\"}}]}",
        "file:s3cret-keyset",
        "file:\u0000s3cret-keyset",
        "",
      })
  void what_is_no_keyset_is_not_repeated(String keyset) {
    assertThatThrownBy(() -> TokenCipher.of(keyset))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TOKEN_ENCRYPTION_KEYSET cannot be read")
        .hasNoCause()
        .message()
        .doesNotContain("s3cret");
  }

  private static String json(KeysetHandle handle) {
    try {
      return TinkJsonProtoKeysetFormat.serializeKeyset(handle, InsecureSecretKeyAccess.get());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
