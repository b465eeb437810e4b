package org.vitalroutes.steps.receive;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Headers;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.AlternativeJdkIdGenerator;
import org.springframework.util.IdGenerator;
import org.vitalroutes.notification.Notification;
import org.vitalroutes.notification.NotificationRejectedException;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.WithingsSettings;
import org.vitalroutes.steps.LogContext;
import org.vitalroutes.store.Inbox.Arrival;

/** Takes notifications of Withings: verified, stored, answered. */
@Component
final class NotificationWebhook {

  private static final byte[] EMPTY = {};

  private final WebhookSignature signature;
  private final String header;
  private final Clock clock;

  /** Ids need not be secret, and a secure generator makes all webhook threads wait in turn. */
  private final IdGenerator ids = new AlternativeJdkIdGenerator();

  NotificationWebhook(WebhookSignature signature, WithingsSettings settings, Clock clock) {
    this.signature = signature;
    this.header = settings.signatureHeader();
    this.clock = clock;
  }

  /** Requires a callback URL that we signed. */
  void verifyUrl(
      @Header("userid") @Nullable String userId, @Header("signature") @Nullable String sign) {
    if (userId == null || sign == null || !signature.signsCallback(userId, sign)) {
      throw new NotificationRejectedException(404, "the URL's signature is wrong");
    }
  }

  /**
   * Requires a right signature over the raw bytes of the body; Camel gives an empty body as null.
   */
  void verifyBody(byte @Nullable [] body, @Headers Map<String, @Nullable Object> headers) {
    if (!signature.signsBody(lines(headers.get(header)), Objects.requireNonNullElse(body, EMPTY))) {
      throw new NotificationRejectedException(401, "the body's signature is wrong");
    }
  }

  private static List<String> lines(@Nullable Object value) {
    if (value instanceof List<?> several) {
      return several.stream().map(String::valueOf).toList();
    }
    return value == null ? List.of() : List.of(value.toString());
  }

  /** A verified notification. A signed URL must be of the user whom the body names. */
  Arrival arrival(
      byte @Nullable [] sent, @Header("userid") @Nullable String signedUserId, Exchange exchange) {
    byte[] body = Objects.requireNonNullElse(sent, EMPTY);
    Instant received = clock.instant();
    Notification notification = Notification.parse(body, received);
    if (signedUserId != null && !notification.isAbout(signedUserId)) {
      throw new NotificationRejectedException(404, "the URL is signed for another user");
    }
    String correlation = ids.generateId().toString();
    exchange.setProperty(LogContext.CORRELATION, correlation);
    return new Arrival(
        received,
        notification.userId(),
        notification.appli(),
        body,
        notification.oddities(),
        correlation);
  }
}
