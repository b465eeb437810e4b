package org.vitalroutes.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Passes only the path, the raw bytes and the signature header of a request to the webhook routes.
 * Otherwise Camel would parse the form, log the body when that fails, and turn parameters and
 * headers into message headers that control routes.
 */
public final class WebhookFilter extends OncePerRequestFilter {

  private final String signatureHeader;

  public WebhookFilter(String signatureHeader) {
    this.signatureHeader = signatureHeader.toLowerCase(Locale.ROOT);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getMethod().equals("POST") && !isForm(request.getContentType())) {
      response.setStatus(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
      return;
    }
    chain.doFilter(new BareRequest(request, signatureHeader), response);
  }

  private static boolean isForm(@Nullable String contentType) {
    try {
      return contentType != null
          && MediaType.APPLICATION_FORM_URLENCODED.includes(MediaType.parseMediaType(contentType));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }

  /** A request reduced to path, method, bytes and signature. */
  private static final class BareRequest extends HttpServletRequestWrapper {

    private final String signatureHeader;

    BareRequest(HttpServletRequest request, String signatureHeader) {
      super(request);
      this.signatureHeader = signatureHeader;
    }

    @Override
    public String getContentType() {
      return MediaType.APPLICATION_OCTET_STREAM_VALUE;
    }

    @Override
    public @Nullable String getQueryString() {
      return null;
    }

    @Override
    public @Nullable String getParameter(String name) {
      return null;
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      return Map.of();
    }

    @Override
    public Enumeration<String> getParameterNames() {
      return Collections.emptyEnumeration();
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
      return null;
    }

    @Override
    public Enumeration<String> getHeaderNames() {
      return super.getHeader(signatureHeader) == null
          ? Collections.emptyEnumeration()
          : Collections.enumeration(List.of(signatureHeader));
    }

    @Override
    public @Nullable String getHeader(String name) {
      return passes(name) ? super.getHeader(name) : null;
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return passes(name) ? super.getHeaders(name) : Collections.emptyEnumeration();
    }

    private boolean passes(String name) {
      return name.toLowerCase(Locale.ROOT).equals(signatureHeader);
    }
  }
}
