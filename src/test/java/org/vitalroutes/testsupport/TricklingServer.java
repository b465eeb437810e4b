package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Answers every request one byte at a time, without end. */
public final class TricklingServer implements AutoCloseable {

  private static final long PAUSE_MILLIS = 100;

  private final ServerSocket socket;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final String beginning;

  /**
   * Starts it.
   *
   * @param beginning sent at once; the single bytes follow
   */
  public TricklingServer(String beginning) {
    this.beginning = beginning;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  public String url() {
    return "http://localhost:" + socket.getLocalPort();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "trickling-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        start(() -> trickle(client));
      }
    } catch (IOException e) {
      closed.countDown();
    }
  }

  private void trickle(Socket client) {
    try (client) {
      client.getOutputStream().write(beginning.getBytes(US_ASCII));
      while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        client.getOutputStream().write(' ');
        client.getOutputStream().flush();
      }
    } catch (IOException e) {
      // The client has closed, as expected.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
