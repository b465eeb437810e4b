package org.vitalroutes.events;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import java.util.Base64;

/** Signs events as Standard Webhooks does. */
public final class WebhookSecret {

  private static final String PREFIX = "whsec_";

  /** What Standard Webhooks asks for. */
  private static final int LEAST_BYTES = 24;

  private static final int MOST_BYTES = 64;

  private final Webhook webhook;

  /**
   * Creates it.
   *
   * @throws IllegalArgumentException when it {@link #isWeak}
   */
  public WebhookSecret(String secret) {
    if (isWeak(secret)) {
      throw new IllegalArgumentException("the secret is weak or malformed");
    }
    webhook = new Webhook(secret);
  }

  /** Whether it is none of 24 to 64 bytes in base64 behind {@code whsec_}. */
  public static boolean isWeak(String secret) {
    if (!secret.startsWith(PREFIX)) {
      return true;
    }
    try {
      int length = Base64.getDecoder().decode(secret.substring(PREFIX.length())).length;
      return length < LEAST_BYTES || length > MOST_BYTES;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** The header {@code webhook-signature}. */
  public String sign(String messageId, long timestamp, String body) {
    try {
      return webhook.sign(messageId, timestamp, body);
    } catch (WebhookSigningException e) {
      throw new IllegalStateException("an event could not be signed", e);
    }
  }
}
