package org.vitalroutes.console;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/**
 * Relays the console's calls to the operations API of the public port, over the loopback interface:
 * one API, one check of the token, one audit. No other path of that port can be reached.
 */
final class OperationsRelay extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private static final String PREFIX = "/console";
  private static final String API = "/api/operations/";
  private static final Pattern LINKS =
      Pattern.compile("/api/connected-accounts/[a-z]+/links(/[0-9a-f-]+)?");
  private static final int MAX_BYTES = 64 * 1024;
  private static final String TRANSLATE = API + "translate";
  private static final int MAX_REPLY_BYTES = 4 * 1024 * 1024;

  /** Until the answer begins: an account with many Observations takes long to rebuild. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final List<String> RELAYED_HEADERS =
      List.of("Authorization", "Content-Type", "Accept");

  private final transient IntSupplier port;
  private final transient HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * Relays to a port of this machine.
   *
   * @param port of the API; read per call, as the public port opens after this one is configured
   */
  OperationsRelay(IntSupplier port) {
    this.port = port;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getRequestURI().substring(PREFIX.length());
    int most = path.startsWith(TRANSLATE) ? MAX_REPLY_BYTES : MAX_BYTES;
    byte[] body = request.getInputStream().readNBytes(most + 1);
    if (!path.startsWith(API) && !LINKS.matcher(path).matches()) {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
    } else if (body.length > most) {
      response.setStatus(HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE);
    } else {
      relay(request, path, body, response);
    }
  }

  private void relay(
      HttpServletRequest request, String path, byte[] body, HttpServletResponse response)
      throws IOException {
    String query = request.getQueryString();
    HttpRequest.Builder call =
        HttpRequest.newBuilder(
                URI.create(
                    "http://"
                        + InetAddress.getLoopbackAddress().getHostAddress()
                        + ":"
                        + port.getAsInt()
                        + path
                        + (query == null ? "" : "?" + query)))
            .timeout(TIMEOUT)
            .method(
                request.getMethod(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    for (String name : RELAYED_HEADERS) {
      String value = request.getHeader(name);
      if (value != null) {
        call.setHeader(name, value);
      }
    }
    try {
      HttpResponse<InputStream> answer = http.send(call.build(), BodyHandlers.ofInputStream());
      response.setStatus(answer.statusCode());
      response.setHeader("Cache-Control", "no-store");
      answer.headers().firstValue("Content-Type").ifPresent(response::setContentType);
      // Not held: an export is large.
      try (InputStream content = answer.body()) {
        content.transferTo(response.getOutputStream());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    } catch (IOException e) {
      // The public port does not answer, which the page shows.
      response.setStatus(HttpServletResponse.SC_BAD_GATEWAY);
    }
  }
}
