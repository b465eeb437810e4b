package org.vitalroutes.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 signatures of the webhook: of the callback URL given to Withings (which signs nothing
 * itself), and of a body signed by a gateway. The first secret signs, every secret verifies.
 */
public final class WebhookSignature {

  private static final String CONTEXT = "withings-callback:v1:";
  private static final String MARK = "log-userid:v1:";
  private static final int SHA256_BYTES = 32;

  /** 48 bits: the probability that two of a million users share a mark is 1 in 500. */
  private static final int MARK_BYTES = 6;

  /** Bounds the work for one request; a rotation of secrets needs fewer. */
  private static final int MOST_CANDIDATES = 16;

  /** One for each secret, never used itself: a copy costs less than another of its kind. */
  private final List<Mac> secrets;

  private final boolean hex;

  /**
   * Creates it.
   *
   * @param secrets as text, UTF-8; at least one
   * @param encoding of the signature header: {@code hex} or {@code base64}
   */
  public WebhookSignature(List<String> secrets, String encoding) {
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("at least one webhook secret is needed");
    }
    this.secrets = secrets.stream().map(secret -> mac(secret.strip().getBytes(UTF_8))).toList();
    this.hex = encoding.equals("hex");
  }

  /** The path segment that signs a user's callback URL: base64url without padding. */
  public String ofCallback(String userId) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(hmac(secrets.get(0), (CONTEXT + userId).getBytes(UTF_8)));
  }

  /**
   * Pseudonym of a user in logs: the first bytes of an HMAC of the id, in hex. Only a holder of the
   * secret can compute it. A new first secret changes all pseudonyms.
   */
  public String markOf(String userId) {
    byte[] hmac = hmac(secrets.get(0), (MARK + userId).getBytes(UTF_8));
    return HexFormat.of().formatHex(hmac, 0, MARK_BYTES);
  }

  /** Whether {@code signature} signs the callback URL of {@code userId} with any secret. */
  public boolean signsCallback(String userId, String signature) {
    byte[] given;
    try {
      given = Base64.getUrlDecoder().decode(signature);
    } catch (IllegalArgumentException e) {
      given = new byte[0];
    }
    // The text is compared too: a decoder accepts spare bits and padding that we never sign.
    boolean right =
        MessageDigest.isEqual(
            Base64.getUrlEncoder().withoutPadding().encode(given), signature.getBytes(UTF_8));
    // Both are compared in any case, so that the time tells nothing.
    right &= matches((CONTEXT + userId).getBytes(UTF_8), given);
    return right;
  }

  /**
   * Whether any of the signatures in the header lines signs the body.
   *
   * @param headerLines each may hold several, separated by commas, with an optional {@code sha256=}
   * @param body the raw bytes as received
   */
  public boolean signsBody(List<String> headerLines, byte[] body) {
    boolean right = false;
    int candidates = 0;
    for (String line : headerLines) {
      for (String part : line.split(",", MOST_CANDIDATES + 1)) {
        if (++candidates > MOST_CANDIDATES) {
          return right;
        }
        right |= matches(body, decode(part.strip()));
      }
    }
    return right;
  }

  private byte[] decode(String candidate) {
    String text =
        candidate.toLowerCase(Locale.ROOT).startsWith("sha256=")
            ? candidate.substring("sha256=".length())
            : candidate;
    try {
      return hex ? HexFormat.of().parseHex(text) : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private boolean matches(byte[] message, byte[] given) {
    boolean right = false;
    for (Mac secret : secrets) {
      right |= MessageDigest.isEqual(hmac(secret, message), given);
    }
    right &= given.length == SHA256_BYTES;
    return right;
  }

  private static byte[] hmac(Mac secret, byte[] message) {
    try {
      return ((Mac) secret.clone()).doFinal(message);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java's HmacSHA256 cannot be copied", e);
    }
  }

  private static Mac mac(byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }
}
