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
 * The time between "not ready" and "gone". Tomcat drops kept connections as soon as it is told to
 * stop, a request that is just coming in on one included. So for a while everything is still
 * answered, and every answer says that its connection ends with it. What still comes after that is
 * answered 503 with {@code Retry-After}, as the routes may be gone.
 */
public final class GracefulShutdownFilter implements Filter, Ordered, SmartLifecycle {

  private final Duration delay;
  private volatile boolean running;
  private volatile boolean leaving;
  private volatile boolean gone;

  /**
   * Prepares it.
   *
   * @param delay as long as a balancer takes to see that we are not ready
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

  /** Before the filters that answer by themselves. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  /** Last to start and first to stop, before the web server. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
