package org.vitalroutes.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.UUID;

/**
 * Encrypts tokens at rest: AES-256-GCM from a Tink keyset, with the account and the column as
 * associated data, so that a value moved to another row does not decrypt.
 */
public final class TokenCipher {

  private final Aead aead;

  /** AEAD restricted to the primary key. */
  private final Aead primary;

  private TokenCipher(Aead aead, Aead primary) {
    this.aead = aead;
    this.primary = primary;
  }

  /**
   * Reads a keyset.
   *
   * @param keyset Tink's JSON, or {@code file:} and a path to it; the primary key encrypts, every
   *     key decrypts
   * @throws IllegalArgumentException when the text is not a keyset; the message does not quote it
   */
  public static TokenCipher of(String keyset) {
    try {
      AeadConfig.register();
      String json =
          keyset.startsWith("file:")
              ? Files.readString(Path.of(keyset.substring("file:".length())))
              : keyset;
      KeysetHandle handle =
          TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get());
      return new TokenCipher(aead(handle), aead(primaryOf(handle)));
    } catch (IOException
        | GeneralSecurityException
        | IllegalStateException
        | InvalidPathException e) {
      // The cause may quote the keyset.
      throw new IllegalArgumentException(
          "TOKEN_ENCRYPTION_KEYSET cannot be read as a Tink AEAD keyset");
    }
  }

  private static Aead aead(KeysetHandle handle) throws GeneralSecurityException {
    return handle.getPrimitive(RegistryConfiguration.get(), Aead.class);
  }

  private static KeysetHandle primaryOf(KeysetHandle handle) throws GeneralSecurityException {
    KeysetHandle.Entry entry = handle.getPrimary();
    return KeysetHandle.newBuilder()
        .addEntry(KeysetHandle.importKey(entry.getKey()).withFixedId(entry.getId()).makePrimary())
        .build();
  }

  /** Encrypts a token for an account and column. */
  public byte[] encrypt(String token, UUID account, String column) {
    try {
      return aead.encrypt(token.getBytes(UTF_8), place(account, column));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a token of account " + account + " cannot be encrypted", e);
    }
  }

  /** Whether the primary key, not an older one, encrypted this value. */
  public boolean isCurrent(byte[] ciphertext, UUID account, String column) {
    try {
      primary.decrypt(ciphertext, place(account, column));
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * Decrypts a token of the same account and column.
   *
   * @throws IllegalStateException when it belongs to another account or column, or its key is
   *     missing
   */
  public String decrypt(byte[] ciphertext, UUID account, String column) {
    try {
      return new String(aead.decrypt(ciphertext, place(account, column)), UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the "
              + column
              + " of account "
              + account
              + " cannot be decrypted; is its key still in TOKEN_ENCRYPTION_KEYSET?",
          e);
    }
  }

  private static byte[] place(UUID account, String column) {
    return (account + "|" + column).getBytes(UTF_8);
  }
}
