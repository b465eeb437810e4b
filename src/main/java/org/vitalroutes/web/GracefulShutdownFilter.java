package org.vitalroutes.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;

/**
 * Drains connections before a shutdown. Tomcat drops kept-alive connections when it stops, even
 * with a request arriving on one. So for the delay all requests are still served with {@code
 * Connection: close}. Requests after the delay get 503 with {@code Retry-After}, because the routes
 * may have stopped.
 */
public final class GracefulShutdownFilter implements Filter, Ordered, SmartLifecycle {

  private final Duration delay;
  private volatile boolean running;
  private volatile boolean leaving;
  private volatile boolean gone;

  /**
   * @param delay time that a load balancer needs to see that this replica is not ready
   */
  public GracefulShutdownFilter(Duration delay) {
    this.delay = delay;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (gone) {
      StartupFilter.refuse((HttpServletResponse) response);
      return;
    }
    if (leaving) {
      ((HttpServletResponse) response).setHeader("Connection", "close");
    }
    chain.doFilter(request, response);
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    leaving = true;
    try {
      TimeUnit.NANOSECONDS.sleep(delay.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    gone = true;
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the filters that may answer a request. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  /** Starts last and stops first, before the web server. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
