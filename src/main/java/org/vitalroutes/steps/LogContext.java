package org.vitalroutes.steps;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.vitalroutes.notification.ReceivedNotification;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.sync.SyncRequest;

/**
 * Adds the ids of the current notification or sync request to every log line. A Withings user
 * appears only as a mark.
 *
 * <p>Wraps every step and not the route, because a step may continue in another thread.
 */
@Component
public final class LogContext implements InterceptStrategy {

  /**
   * Name of the correlation id, in the log and as a property of the exchange that stores a
   * notification.
   */
  public static final String CORRELATION = "correlation";

  /** Property of the exchange that keeps the ids when the body changes. */
  private static final String PROPERTY = "logContext";

  private final WebhookSignature signature;

  LogContext(WebhookSignature signature) {
    this.signature = signature;
  }

  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        Map<String, String> about = about(exchange);
        if (about.isEmpty() || Objects.equals(about.get(CORRELATION), MDC.get(CORRELATION))) {
          return super.process(exchange, callback);
        }
        about.forEach(MDC::put);
        try {
          return super.process(exchange, callback);
        } finally {
          about.keySet().forEach(MDC::remove);
        }
      }
    };
  }

  private Map<String, String> about(Exchange exchange) {
    @SuppressWarnings("unchecked")
    @Nullable Map<String, String> known = exchange.getProperty(PROPERTY, Map.class);
    if (known != null) {
      return known;
    }
    Object body = exchange.getMessage().getBody();
    if (!(body instanceof SyncRequest || body instanceof ReceivedNotification)) {
      return Map.of();
    }
    Map<String, String> about = new LinkedHashMap<>();
    if (body instanceof SyncRequest request) {
      about.put(CORRELATION, request.correlation());
      about.put("request", Long.toString(request.id()));
      about.put("account", request.account().id().toString());
      about.put("kind", request.kind().code());
      putUser(about, request.account().externalUserId());
    } else if (body instanceof ReceivedNotification received) {
      about.put(CORRELATION, received.correlation());
      about.put("notification", Long.toString(received.id()));
      putUser(about, received.notification().userId());
    }
    exchange.setProperty(PROPERTY, about);
    return about;
  }

  private void putUser(Map<String, String> about, @Nullable String userId) {
    if (userId != null) {
      about.put("user", signature.markOf(userId));
    }
  }
}
