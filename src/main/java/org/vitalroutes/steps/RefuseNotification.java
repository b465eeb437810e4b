package org.vitalroutes.steps;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Headers;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.notification.NotificationRejectedException;

/** Answers a refused request with its status and nothing else. */
@Component
final class RefuseNotification {

  @Handler
  @Nullable Object refuse(
      @ExchangeException NotificationRejectedException rejected,
      @Headers Map<String, Object> headers) {
    headers.clear();
    headers.put(Exchange.HTTP_RESPONSE_CODE, rejected.httpStatus());
    return null;
  }
}
