package org.vitalroutes.steps.call;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.FetchSettings;

/**
 * Ends a call that takes too long as a whole, from the connection to the last byte of the answer. A
 * socket's timeout starts again with each byte, so a server that sends one a second would hold a
 * call for ever.
 */
@Component
final class CallDeadline implements HttpClientConfigurer {

  private static final ScheduledThreadPoolExecutor TIMER =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "call-deadline");
            thread.setDaemon(true);
            return thread;
          });

  static {
    TIMER.setRemoveOnCancelPolicy(true);
  }

  private final Duration longest;

  @Autowired
  CallDeadline(FetchSettings settings) {
    this(settings.callTimeout());
  }

  CallDeadline(Duration longest) {
    this.longest = longest;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    client.addExecInterceptorFirst(
        "deadline",
        (request, scope, chain) -> {
          Future<?> end =
              TIMER.schedule(() -> end(scope), longest.toMillis(), TimeUnit.MILLISECONDS);
          try {
            var answer = chain.proceed(request, scope);
            HttpEntity entity = answer.getEntity();
            if (entity == null) {
              end.cancel(false);
            } else {
              answer.setEntity(
                  new HttpEntityWrapper(entity) {
                    @Override
                    public InputStream getContent() throws IOException {
                      return new UntilClosed(super.getContent(), end);
                    }
                  });
            }
            return answer;
          } catch (IOException | RuntimeException e) {
            end.cancel(false);
            throw e;
          }
        });
  }

  private static void end(ExecChain.Scope scope) {
    if (scope.originalRequest instanceof Cancellable request) {
      request.cancel();
    }
    scope.execRuntime.discardEndpoint();
  }

  private static final class UntilClosed extends FilterInputStream {

    private final Future<?> end;

    UntilClosed(InputStream answer, Future<?> end) {
      super(answer);
      this.end = end;
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        end.cancel(false);
      }
    }
  }
}
