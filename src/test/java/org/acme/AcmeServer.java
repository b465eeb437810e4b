package org.acme;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Acme on the loopback interface: the code {@code good-{user}}, and refresh tokens that rotate. */
public final class AcmeServer implements AutoCloseable {

  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger pairs = new AtomicInteger();
  private volatile boolean down;
  private volatile String user = "";
  private volatile String refreshToken = "";

  public AcmeServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/token", this::token);
    server.createContext("/revoke", this::revoke);
    server.start();
  }

  public String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Every call, as its path and form. */
  public List<String> asked() {
    return asked;
  }

  /** Whether it answers 503. */
  public void down(boolean now) {
    down = now;
  }

  private void token(HttpExchange exchange) throws IOException {
    String form = form(exchange);
    if (form.startsWith("grant_type=authorization_code&code=good-")) {
      user = form.substring(form.lastIndexOf('-') + 1);
    } else if (!form.equals("grant_type=refresh_token&refresh_token=" + refreshToken)) {
      answer(exchange, 400, "{\"error\": \"invalid_grant\"}");
      return;
    }
    int pair = pairs.incrementAndGet();
    refreshToken = "acme-refresh-" + pair;
    answer(
        exchange,
        200,
        """
        {"user": "%s", "access_token": "acme-access-%d", "refresh_token": "%s",
         "expires_in": 3600, "scope": "acme:read acme:steps"}
        """
            .formatted(user, pair, refreshToken));
  }

  private void revoke(HttpExchange exchange) throws IOException {
    form(exchange);
    answer(exchange, 200, "");
  }

  private String form(HttpExchange exchange) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add(exchange.getRequestURI().getPath() + " " + form);
    return form;
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = down ? new byte[0] : body.getBytes(UTF_8);
    exchange.sendResponseHeaders(down ? 503 : status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
