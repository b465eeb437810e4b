package org.vitalroutes.steps;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.notification.ReceivedNotification;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.tracing.Traces;
import org.vitalroutes.withings.WithingsCall;

/** Records spans of the steps that move data on, when tracing is on. */
@Component
final class TraceSteps implements InterceptStrategy {

  /** The name of the span by step id. */
  static final Map<String, String> SPANS =
      Map.of(
          "store-notification", "receive",
          "to-dispatch-notification", "dispatch",
          "to-fetch-data", "fetch",
          "to-withdraw-data", "withdraw",
          "to-call", "withings",
          "to-call-again", "withings",
          "send-transaction", "deliver");

  private static final String SPAN = "span";
  private static final AttributeKey<List<String>> RESOURCES =
      AttributeKey.stringArrayKey("vitalroutes.resources");

  private final Traces traces;
  private final Clock clock;

  TraceSteps(Traces traces, Clock clock) {
    this.traces = traces;
    this.clock = clock;
  }

  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
    String name = SPANS.get(definition.getId());
    if (name == null || !traces.areWanted()) {
      return target;
    }
    return name.equals("receive") ? received(name, target) : traced(name, target);
  }

  private Processor received(String name, Processor target) {
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        Instant began = clock.instant();
        return super.process(
            exchange,
            doneSync -> {
              String correlation = exchange.getProperty(LogContext.CORRELATION, String.class);
              if (correlation != null && exchange.getException() == null) {
                traces.received(name, correlation, began);
              }
              callback.done(doneSync);
            });
      }
    };
  }

  private Processor traced(String name, Processor target) {
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        Span within = exchange.getProperty(SPAN, Span.class);
        Span span = begin(name, exchange.getMessage().getBody(), within);
        exchange.setProperty(SPAN, span);
        return super.process(
            exchange,
            doneSync -> {
              Traces.end(span, exchange.getException());
              exchange.setProperty(SPAN, within);
              callback.done(doneSync);
            });
      }
    };
  }

  private Span begin(String name, @Nullable Object body, @Nullable Span within) {
    if (within != null) {
      return describe(traces.within(within, name), body);
    }
    return describe(traces.begin(name, correlation(body)), body);
  }

  private static String correlation(@Nullable Object body) {
    if (body instanceof ReceivedNotification received) {
      return received.correlation();
    }
    return body instanceof SyncRequest request ? request.correlation() : "";
  }

  private static Span describe(Span span, @Nullable Object body) {
    if (body instanceof ReceivedNotification received) {
      Integer appli = received.notification().appli();
      if (appli != null) {
        span.setAttribute("withings.appli", appli);
      }
    } else if (body instanceof SyncRequest request) {
      span.setAttribute("vitalroutes.request", request.id())
          .setAttribute("vitalroutes.account", request.account().id().toString())
          .setAttribute("vitalroutes.kind", request.kind().code())
          .setAttribute("vitalroutes.priority", request.priority().code());
    } else if (body instanceof WithingsCall call) {
      span.setAttribute("withings.action", call.fields().getOrDefault("action", ""));
    } else if (body instanceof DeliveryPart part) {
      span.setAttribute(
          RESOURCES,
          part.entries().stream()
              .map(entry -> entry.resourceType() + "/" + entry.resourceId())
              .toList());
    }
    return span;
  }
}
