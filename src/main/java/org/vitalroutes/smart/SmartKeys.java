package org.vitalroutes.smart;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The keys of {@code private_key_jwt}. The first private key signs; the public halves of all are
 * published, so that a new key is known before it signs and an old one until its last assertion was
 * used.
 */
public final class SmartKeys {

  private static final String FILE = "file:";
  private static final int SHORTEST_RSA = 2048;

  private final List<JWK> keys;

  private SmartKeys(List<JWK> keys) {
    this.keys = List.copyOf(keys);
  }

  /** No keys. */
  public static SmartKeys none() {
    return new SmartKeys(List.of());
  }

  /**
   * Keys of a JWK or a JWK set, as JSON or {@code file:} and a path.
   *
   * @throws IllegalArgumentException when there is no key to sign with, or one of another kind than
   *     RS384 or ES384; it quotes nothing
   */
  public static SmartKeys of(String setting) {
    List<JWK> keys = new ArrayList<>();
    for (JWK key : parse(read(setting))) {
      keys.add(complete(key));
    }
    if (keys.stream().noneMatch(JWK::isPrivate)) {
      throw new IllegalArgumentException("FHIR_OAUTH_PRIVATE_KEY holds no private key");
    }
    return new SmartKeys(keys);
  }

  private static String read(String setting) {
    if (!setting.startsWith(FILE)) {
      return setting;
    }
    try {
      return Files.readString(Path.of(setting.substring(FILE.length()).replaceFirst("^//", "")));
    } catch (IOException e) {
      throw new IllegalArgumentException("FHIR_OAUTH_PRIVATE_KEY names a file that cannot be read");
    }
  }

  private static List<JWK> parse(String json) {
    try {
      return json.contains("\"keys\"") ? JWKSet.parse(json).getKeys() : List.of(JWK.parse(json));
    } catch (ParseException e) {
      throw new IllegalArgumentException("FHIR_OAUTH_PRIVATE_KEY is neither a JWK nor a JWK set");
    }
  }

  /** Adds the missing {@code kid}, {@code alg} and {@code use}. */
  private static JWK complete(JWK key) {
    try {
      String id = key.getKeyID() == null ? key.computeThumbprint().toString() : key.getKeyID();
      if (key instanceof RSAKey rsa && rsa.size() >= SHORTEST_RSA && is(key, JWSAlgorithm.RS384)) {
        return new RSAKey.Builder(rsa)
            .keyID(id)
            .algorithm(JWSAlgorithm.RS384)
            .keyUse(KeyUse.SIGNATURE)
            .build();
      }
      if (key instanceof ECKey ec
          && ec.getCurve().equals(Curve.P_384)
          && is(key, JWSAlgorithm.ES384)) {
        return new ECKey.Builder(ec)
            .keyID(id)
            .algorithm(JWSAlgorithm.ES384)
            .keyUse(KeyUse.SIGNATURE)
            .build();
      }
    } catch (JOSEException e) {
      throw new IllegalArgumentException("FHIR_OAUTH_PRIVATE_KEY holds a key without its numbers");
    }
    throw new IllegalArgumentException(
        "FHIR_OAUTH_PRIVATE_KEY must hold keys for RS384 (RSA of 2048 bits or more) or ES384 (P-384)");
  }

  private static boolean is(JWK key, JWSAlgorithm algorithm) {
    return key.getAlgorithm() == null || key.getAlgorithm().getName().equals(algorithm.getName());
  }

  /** Whether there is a key to sign with. */
  public boolean canSign() {
    return !keys.isEmpty();
  }

  /** The key that signs. */
  JWK signing() {
    return keys.stream().filter(JWK::isPrivate).findFirst().orElseThrow();
  }

  /** The public members of all keys, as a JWK set. */
  public Map<String, Object> published() {
    return new JWKSet(keys).toJSONObject(true);
  }
}
