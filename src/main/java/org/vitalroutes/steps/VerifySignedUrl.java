package org.vitalroutes.steps;

import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.notification.NotificationRejectedException;
import org.vitalroutes.notification.WebhookSignature;

/** Lets through only a callback URL that we signed. Whoever else asks sees nothing here. */
@Component
final class VerifySignedUrl {

  private final WebhookSignature signature;

  VerifySignedUrl(WebhookSignature signature) {
    this.signature = signature;
  }

  @Handler
  void verify(
      @Header("userid") @Nullable String userId, @Header("signature") @Nullable String sign) {
    if (userId == null || sign == null || !signature.signsCallback(userId, sign)) {
      throw new NotificationRejectedException(404, "the URL's signature is wrong");
    }
  }
}
