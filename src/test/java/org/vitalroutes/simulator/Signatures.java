package org.vitalroutes.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The signature of calls that carry no bearer token. */
final class Signatures {
  private Signatures() {}

  /**
   * Hex HMAC-SHA256 over the values of action, client_id and nonce (or timestamp), which is also
   * the alphabetical order of their names.
   */
  static String sign(String secret, String action, String clientId, String nonceOrTimestamp) {
    return hmac(secret, String.join(",", action, clientId, nonceOrTimestamp));
  }

  static boolean matches(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  static String hmac(String secret, String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
