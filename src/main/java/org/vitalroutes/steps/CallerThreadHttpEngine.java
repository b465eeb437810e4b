package org.vitalroutes.steps;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.apache.camel.http.base.HttpHelper;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.vitalroutes.web.WebhookFilter;

/**
 * Serves notifications in the web server's threads and without Spring MVC. Camel's engine uses
 * another thread for each request and dispatches it through all filters again for the answer, which
 * costs more than the notification itself. Requests that may wait for a provider keep the other
 * thread. Camel looks up the engine by this name.
 *
 * <p>A webhook's route gets the raw bytes, the parts of the path and the signature header of a
 * request. Otherwise Camel would parse the form, log the body when that fails, and turn parameters
 * and headers into message headers that control routes.
 */
@Component("platform-http-engine")
final class CallerThreadHttpEngine extends SpringBootPlatformHttpEngine
    implements WebhookFilter.Routes {

  private static final String WEBHOOKS = "/webhooks/";

  private final List<PromptConsumer> webhooks = new CopyOnWriteArrayList<>();
  private final String signatureHeader;

  CallerThreadHttpEngine(
      @Value("${server.port}") int port,
      @Qualifier("securityContextExecutor") AsyncTaskExecutor executor,
      @Value("${withings.signature-header}") String signatureHeader) {
    super(port, executor);
    this.signatureHeader = signatureHeader;
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return endpoint.getPath().startsWith(WEBHOOKS)
        ? new PromptConsumer(endpoint, processor)
        : super.createConsumer(endpoint, processor);
  }

  @Override
  public boolean serve(HttpServletRequest request, HttpServletResponse response) {
    for (PromptConsumer webhook : webhooks) {
      if (webhook.takes(request)) {
        // As Spring MVC does: the path of the route is a label of http.server.requests.
        ServerHttpObservationFilter.findObservationContext(request)
            .ifPresent(observed -> observed.setPathPattern(webhook.getEndpoint().getPath()));
        webhook.service(request, response);
        return true;
      }
    }
    return false;
  }

  private final class PromptConsumer extends SpringBootPlatformHttpConsumer {

    private final List<String> methods;

    /** Only paths without an escape; Spring MVC decodes the others. */
    private final Pattern path;

    PromptConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
      super(endpoint, processor, Runnable::run);
      methods = List.of(endpoint.getHttpMethodRestrict().split(","));
      path = Pattern.compile(endpoint.getPath().replaceAll("\\{\\w+}", "[^/%]+"));
    }

    boolean takes(HttpServletRequest request) {
      return methods.contains(request.getMethod())
          && path.matcher(request.getRequestURI()).matches();
    }

    /** Returns no future, which tells Spring MVC that the request has been answered. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // complete, as the route ran in this thread
    public @Nullable CompletableFuture<Void> service(
        HttpServletRequest request, HttpServletResponse response) {
      super.service(request, response);
      return null;
    }

    @Override
    protected void handleService(HttpServletRequest request, HttpServletResponse response)
        throws Exception {
      if (isSuspended()) {
        response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        return;
      }
      Exchange exchange = createExchange(false);
      exchange.setPattern(ExchangePattern.InOut);
      try {
        Message message = exchange.getMessage();
        message.setBody(request.getInputStream().readAllBytes());
        HttpHelper.evalPlaceholders(
            message.getHeaders(), request.getRequestURI(), getEndpoint().getPath());
        List<String> signatures = Collections.list(request.getHeaders(signatureHeader));
        if (!signatures.isEmpty()) {
          message.setHeader(signatureHeader, signatures);
        }
        createUoW(exchange);
        getProcessor().process(exchange);
      } catch (Exception e) {
        exchange.setException(e);
      } finally {
        afterProcess(response, exchange);
      }
    }

    @Override
    protected void doStart() throws Exception {
      super.doStart();
      webhooks.add(this);
    }

    @Override
    protected void doStop() throws Exception {
      webhooks.remove(this);
      super.doStop();
    }
  }
}
