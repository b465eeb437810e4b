package org.vitalroutes.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
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
 * Stands before the webhook routes: bounds the body, and lets nothing of the request through but
 * its path, its raw bytes and the signature header. Left to itself, Camel parses the form (which
 * fails loudly, with the body in the log), puts no bound on it, and turns parameters and headers
 * into message headers that steer routes.
 */
public final class DoorFilter extends OncePerRequestFilter {

  /** Larger than any notification by two orders of magnitude. */
  static final int MOST_BYTES = 64 * 1024;

  private final String signatureHeader;

  public DoorFilter(String signatureHeader) {
    this.signatureHeader = signatureHeader.toLowerCase(Locale.ROOT);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    byte[] body = new byte[0];
    if (request.getMethod().equals("POST")) {
      if (!isForm(request.getContentType())) {
        response.setStatus(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
        return;
      }
      if (request.getContentLengthLong() > MOST_BYTES) {
        refuseTooLarge(response);
        return;
      }
      body = request.getInputStream().readNBytes(MOST_BYTES + 1);
      if (body.length > MOST_BYTES) {
        refuseTooLarge(response);
        return;
      }
    }
    chain.doFilter(new BareRequest(request, body, signatureHeader), response);
  }

  private static void refuseTooLarge(HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
    response.setHeader("Connection", "close");
  }

  private static boolean isForm(@Nullable String contentType) {
    try {
      return contentType != null
          && MediaType.APPLICATION_FORM_URLENCODED.includes(MediaType.parseMediaType(contentType));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }

  /** A request of which only path, method, bytes and signature remain. */
  private static final class BareRequest extends HttpServletRequestWrapper {

    private final byte[] body;
    private final String signatureHeader;

    BareRequest(HttpServletRequest request, byte[] body, String signatureHeader) {
      super(request);
      this.body = body;
      this.signatureHeader = signatureHeader;
    }

    @Override
    public ServletInputStream getInputStream() {
      ByteArrayInputStream bytes = new ByteArrayInputStream(body);
      return new ServletInputStream() {
        @Override
        public int read() {
          return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
          return bytes.read(into, offset, length);
        }

        @Override
        public boolean isFinished() {
          return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new UnsupportedOperationException();
        }
      };
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(
          new InputStreamReader(getInputStream(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public int getContentLength() {
      return body.length;
    }

    @Override
    public long getContentLengthLong() {
      return body.length;
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
