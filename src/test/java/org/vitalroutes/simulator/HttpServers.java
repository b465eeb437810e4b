package org.vitalroutes.simulator;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Creates small HTTP servers without delayed answers.
 *
 * <p>The JDK's server sends head and body separately, and without {@code nodelay} the body of every
 * answer on a kept-alive connection waits 40 ms for an acknowledgement. The JDK reads the setting
 * when the process creates its first server, so create every server here.
 */
public final class HttpServers {
  static {
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private HttpServers() {}

  /** A server at this address; not started. */
  public static HttpServer at(InetSocketAddress address) throws IOException {
    return HttpServer.create(address, 1_024);
  }

  /** A server on a free port of the loopback interface; not started. */
  public static HttpServer onLoopback() throws IOException {
    return at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }
}
