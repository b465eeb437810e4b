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
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.vitalroutes.settings.FetchSettings;
import org.vitalroutes.withings.TooLongException;

/**
 * Limits an outgoing call: the bytes of its answer, counted after decompression, and its time from
 * the connection to the last byte. A socket's timeout starts again with each byte, so a server that
 * sends one a second would hold a call for ever.
 */
@Component
final class CallLimits implements HttpClientConfigurer {

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
  CallLimits(FetchSettings settings) {
    this(settings.callTimeout());
  }

  CallLimits(Duration longest) {
    this.longest = longest;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    client.addExecInterceptorFirst("limits", this::execute);
  }

  private ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    Future<?> deadline =
        TIMER.schedule(() -> end(scope), longest.toMillis(), TimeUnit.MILLISECONDS);
    boolean isRead = false;
    try {
      ClassicHttpResponse answer = chain.proceed(request, scope);
      HttpEntity entity = answer.getEntity();
      if (entity != null) {
        answer.setEntity(
            new HttpEntityWrapper(entity) {
              @Override
              public InputStream getContent() throws IOException {
                return new Limited(super.getContent(), scope, deadline);
              }
            });
        isRead = true;
      }
      return answer;
    } finally {
      if (!isRead) {
        deadline.cancel(false);
      }
    }
  }

  private static void end(ExecChain.Scope scope) {
    if (scope.originalRequest instanceof Cancellable request) {
      request.cancel();
    }
    scope.execRuntime.discardEndpoint();
  }

  /** Closing a stream reads it to its end, so the connection of one that is too long is ended. */
  private static final class Limited extends FilterInputStream {

    private final ExecChain.Scope scope;
    private final Future<?> deadline;
    private long read;

    Limited(InputStream answer, ExecChain.Scope scope, Future<?> deadline) {
      super(answer);
      this.scope = scope;
      this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int some = super.read(bytes, offset, length);
      count(Math.max(some, 0));
      return some;
    }

    private void count(int bytes) throws TooLongException {
      read += bytes;
      if (read > TooLongException.LONGEST) {
        scope.execRuntime.discardEndpoint();
        throw new TooLongException();
      }
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        deadline.cancel(false);
      }
    }
  }
}
