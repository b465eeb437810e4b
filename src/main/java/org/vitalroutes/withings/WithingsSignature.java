package org.vitalroutes.withings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs the calls that carry no bearer token: hex HMAC-SHA256, keyed with the client secret, of the
 * values of action, client id and nonce (or timestamp), in the order of their names, with commas.
 *
 * @see <a
 *     href="https://developer.withings.com/developer-guide/v3/get-access/sign-your-requests/">Sign
 *     your requests</a>
 */
public final class WithingsSignature {

  private final String clientId;
  private final String clientSecret;

  public WithingsSignature(String clientId, String clientSecret) {
    this.clientId = clientId;
    this.clientSecret = clientSecret;
  }

  /**
   * The call for a nonce, which is valid once and for half an hour.
   *
   * @param epochSecond now
   */
  public WithingsCall getNonce(long epochSecond) {
    String timestamp = Long.toString(epochSecond);
    return WithingsCall.of("/v2/signature", "getnonce")
        .with("client_id", clientId)
        .with("timestamp", timestamp)
        .with("signature", sign("getnonce", "timestamp", timestamp));
  }

  /** The call that revokes a user's grant: its tokens and notifications end. */
  public WithingsCall revoke(String userId, String nonce) {
    return WithingsCall.of("/v2/oauth2", "revoke")
        .with("client_id", clientId)
        .with("nonce", nonce)
        .with("signature", sign("revoke", "nonce", nonce))
        .with("userid", userId);
  }

  private String sign(String action, String name, String value) {
    Map<String, String> signed =
        new TreeMap<>(Map.of("action", action, "client_id", clientId, name, value));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(clientSecret.getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of()
          .formatHex(mac.doFinal(String.join(",", signed.values()).getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }
}
