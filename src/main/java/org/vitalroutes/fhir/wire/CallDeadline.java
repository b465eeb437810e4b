package org.vitalroutes.fhir.wire;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpClientConnection;
import org.apache.http.HttpException;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.protocol.HttpContext;
import org.apache.http.protocol.HttpRequestExecutor;

/**
 * Ends the connection of a call that takes too long as a whole. A socket's timeout starts again
 * with each byte, so a server that sends one a second would hold a call, and the lease of its
 * request, for ever. A call that waits less for each byte, such as one of a health check, waits
 * less as a whole too. A connection that has gone back to the pool meanwhile is not affected.
 */
final class CallDeadline extends HttpRequestExecutor {

  private static final ScheduledThreadPoolExecutor TIMER =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "fhir-call-deadline");
            thread.setDaemon(true);
            return thread;
          });

  private final Duration longest;

  CallDeadline(Duration longest) {
    this.longest = longest;
  }

  @Override
  public HttpResponse execute(
      HttpRequest request, HttpClientConnection connection, HttpContext context)
      throws IOException, HttpException {
    int silence = HttpClientContext.adapt(context).getRequestConfig().getSocketTimeout();
    long millis = silence > 0 ? Math.min(longest.toMillis(), silence * 3L / 2) : longest.toMillis();
    // Not cancelled, because the body is read after this method has returned.
    ScheduledFuture<?> unused =
        TIMER.schedule(() -> end(connection), millis, TimeUnit.MILLISECONDS);
    return super.execute(request, connection, context);
  }

  private static void end(HttpClientConnection connection) {
    try {
      connection.shutdown();
    } catch (IOException e) {
      // The connection is gone either way.
      return;
    }
  }
}
