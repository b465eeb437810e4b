package org.vitalroutes.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Reads the whole body of a request, without blocking a thread, before the request goes on. Slow
 * bodies therefore do not keep other requests waiting. A body that is too large, too slow or
 * incomplete is refused, and its connection is closed.
 */
final class BodyFilter implements Filter {

  /**
   * The maximum size of a body: a hundred times a notification, and more than any call of the API.
   */
  static final int MOST_BYTES = 64 * 1024;

  /** What may be larger, when its length is declared: a Withings reply that an operator tries. */
  static final int MOST_REPLY_BYTES = 4 * 1024 * 1024;

  private static final String TRANSLATE = "/api/operations/translate";

  /** Bodies of replies taken in at once: the caller's token is not looked at yet. */
  private final Semaphore replies = new Semaphore(4);

  private final Duration timeout;

  /**
   * @param timeout maximum time from the first byte of a body to its last
   */
  BodyFilter(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof RequestWithBody complete && complete.isWaiting()) {
      try {
        chain.doFilter(complete, response);
      } finally {
        complete.setWaiting(false);
        complete.release();
      }
    } else if (request.getDispatcherType() == DispatcherType.REQUEST
        && request instanceof HttpServletRequest http
        && hasBody(http)) {
      take(http, (HttpServletResponse) response, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  private static boolean hasBody(HttpServletRequest request) {
    return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
  }

  private void take(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestWithBody complete = new RequestWithBody(request);
    if (request.getContentLengthLong() > MOST_BYTES) {
      if (request.getContentLengthLong() > MOST_REPLY_BYTES
          || !request.getRequestURI().startsWith(TRANSLATE)) {
        refuse(response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
        return;
      }
      if (!complete.acquire(replies)) {
        refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        return;
      }
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ServletInputStream input = request.getInputStream();
    // Most bodies arrive together with the headers; then this thread continues.
    byte[] chunk = new byte[(int) Math.min(Math.max(request.getContentLengthLong(), 0), 8192)];
    while (body.size() < request.getContentLengthLong() && input.available() > 0) {
      int read = input.read(chunk);
      if (read < 0) {
        break;
      }
      body.write(chunk, 0, read);
    }
    if (body.size() == request.getContentLengthLong()) {
      try {
        chain.doFilter(complete.with(body.toByteArray()), response);
      } finally {
        complete.release();
      }
      return;
    }
    AsyncContext waiting = request.startAsync(complete, response);
    waiting.setTimeout(timeout.toMillis());
    Arrival arrival = new Arrival(complete, response, waiting, input, body);
    waiting.addListener(arrival);
    input.setReadListener(arrival);
  }

  /** Answers with these statuses close the connection, because the rest of the body is not read. */
  private static void refuse(HttpServletResponse response, int status) {
    response.setStatus(status);
    response.setHeader("Connection", "close");
    response.setContentLength(0);
  }

  /** A body that is still arriving. */
  private record Arrival(
      RequestWithBody complete,
      HttpServletResponse response,
      AsyncContext waiting,
      ServletInputStream input,
      ByteArrayOutputStream body)
      implements ReadListener, AsyncListener {

    @Override
    public void onDataAvailable() throws IOException {
      byte[] chunk = new byte[8192];
      while (input.isReady() && !input.isFinished()) {
        int read = input.read(chunk);
        if (read < 0) {
          return;
        }
        body.write(chunk, 0, read);
        if (body.size() > complete.most()) {
          end(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
          return;
        }
      }
    }

    @Override
    public void onAllDataRead() {
      if (body.size() <= complete.most()) {
        complete.with(body.toByteArray()).setWaiting(true);
        waiting.dispatch();
      }
    }

    /** Followed by {@link #onError(AsyncEvent)}, which may answer. */
    @Override
    public void onError(Throwable failure) {}

    /** The body ended early, its chunks are malformed, or no byte arrived in time. */
    @Override
    public void onError(AsyncEvent event) {
      end(
          event.getThrowable() instanceof SocketTimeoutException
              ? HttpServletResponse.SC_REQUEST_TIMEOUT
              : HttpServletResponse.SC_BAD_REQUEST);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      end(HttpServletResponse.SC_REQUEST_TIMEOUT);
    }

    private void end(int status) {
      if (!response.isCommitted()) {
        refuse(response, status);
      }
      complete.release();
      waiting.complete();
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
