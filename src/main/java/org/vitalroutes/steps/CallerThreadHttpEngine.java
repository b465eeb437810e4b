package org.vitalroutes.steps;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;

/**
 * Serves notifications in the web server's threads. Camel's engine uses another thread for each
 * request and dispatches it through all filters again for the answer, which costs more than the
 * notification itself. Requests that may wait for a provider keep the other thread. Camel looks up
 * the engine by this name.
 */
@Component("platform-http-engine")
final class CallerThreadHttpEngine extends SpringBootPlatformHttpEngine {

  private static final String WEBHOOKS = "/webhooks/";

  CallerThreadHttpEngine(
      @Value("${server.port}") int port,
      @Qualifier("securityContextExecutor") AsyncTaskExecutor executor) {
    super(port, executor);
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return endpoint.getPath().startsWith(WEBHOOKS)
        ? new PromptConsumer(endpoint, processor)
        : super.createConsumer(endpoint, processor);
  }

  private static final class PromptConsumer extends SpringBootPlatformHttpConsumer {

    PromptConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
      super(endpoint, processor, Runnable::run);
    }

    /** Returns no future, which tells Spring MVC that the request has been answered. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // complete, as the route ran in this thread
    public @Nullable CompletableFuture<Void> service(
        HttpServletRequest request, HttpServletResponse response) {
      super.service(request, response);
      return null;
    }
  }
}
