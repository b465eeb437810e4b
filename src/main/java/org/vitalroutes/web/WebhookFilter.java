package org.vitalroutes.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses notifications that are not forms, and hands the others to their routes. Spring MVC gets
 * what no route takes, and answers it.
 */
public final class WebhookFilter extends OncePerRequestFilter {

  /** The routes of the webhook. */
  @FunctionalInterface
  public interface Routes {

    /** Serves a request; false when it must be left to Spring MVC. */
    boolean serve(HttpServletRequest request, HttpServletResponse response);
  }

  private final Routes routes;

  public WebhookFilter(Routes routes) {
    this.routes = routes;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getMethod().equals("POST") && !isForm(request.getContentType())) {
      response.setStatus(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
      return;
    }
    if (!routes.serve(request, response)) {
      chain.doFilter(request, response);
    }
  }

  private static boolean isForm(@Nullable String contentType) {
    try {
      return contentType != null
          && MediaType.APPLICATION_FORM_URLENCODED.includes(MediaType.parseMediaType(contentType));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
