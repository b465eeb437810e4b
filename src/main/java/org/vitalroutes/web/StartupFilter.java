package org.vitalroutes.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.http.HttpHeaders;

/**
 * Answers 503 with {@code Retry-After} until the routes run. The port opens before the routes
 * start, and Withings ends a subscription when its path is answered 404.
 */
public final class StartupFilter implements Filter, ApplicationListener<ApplicationReadyEvent> {

  /** Typical duration of the rest of the start on a small machine. */
  private static final String RETRY_AFTER_SECONDS = "10";

  private volatile boolean started;

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    started = true;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (started || "/livez".equals(((HttpServletRequest) request).getServletPath())) {
      chain.doFilter(request, response);
    } else {
      refuse((HttpServletResponse) response);
    }
  }

  /** Answers 503 and closes the connection. */
  static void refuse(HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    response.setHeader(HttpHeaders.CONNECTION, "close");
    response.setContentLength(0);
  }
}
