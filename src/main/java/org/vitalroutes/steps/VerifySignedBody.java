package org.vitalroutes.steps;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Handler;
import org.apache.camel.Headers;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.notification.NotificationRejectedException;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.settings.WithingsSettings;

/** Lets through only a body whose signature, over the raw bytes, is right. */
@Component
final class VerifySignedBody {

  /** An empty body comes as none. */
  private static final byte[] NOTHING = {};

  private final WebhookSignature signature;
  private final String header;

  VerifySignedBody(WebhookSignature signature, WithingsSettings settings) {
    this.signature = signature;
    this.header = settings.signatureHeader();
  }

  @Handler
  void verify(byte @Nullable [] body, @Headers Map<String, @Nullable Object> headers) {
    if (!signature.signsBody(
        lines(headers.get(header)), Objects.requireNonNullElse(body, NOTHING))) {
      throw new NotificationRejectedException(401, "the body's signature is wrong");
    }
  }

  private static List<String> lines(@Nullable Object value) {
    if (value instanceof List<?> several) {
      return several.stream().map(String::valueOf).toList();
    }
    return value == null ? List.of() : List.of(value.toString());
  }
}
