package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A connection that sends arbitrary bytes, including requests that no HTTP client sends. */
public final class RawConnection implements AutoCloseable {

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3})");

  private final Socket socket;

  private RawConnection(Socket socket) {
    this.socket = socket;
  }

  public static RawConnection to(String url) {
    URI uri = URI.create(url);
    try {
      Socket socket = new Socket(uri.getHost(), uri.getPort());
      socket.setSoTimeout(15_000);
      socket.setTcpNoDelay(true);
      return new RawConnection(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends text, one byte per character. */
  public RawConnection say(String text) {
    return say(text.getBytes(ISO_8859_1));
  }

  public RawConnection say(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // The other side has closed; its earlier answer can still be read.
    }
    return this;
  }

  /** Sends the same text repeatedly, until the count is reached or the other side closes. */
  public long repeat(byte[] bytes, int times) {
    long said = 0;
    try {
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i < times; i++) {
        out.write(bytes);
        said += bytes.length;
      }
      out.flush();
    } catch (IOException e) {
      // The other side has closed.
    }
    return said;
  }

  /** Ends the sending side and keeps reading. */
  public RawConnection end() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // The other side has closed.
    }
    return this;
  }

  /** Everything received until the other side closes. */
  public String answer() {
    StringBuilder all = new StringBuilder();
    byte[] chunk = new byte[8192];
    try {
      for (int read = 0; read >= 0; read = socket.getInputStream().read(chunk)) {
        all.append(new String(chunk, 0, read, ISO_8859_1));
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection is still open; answered so far: " + all, e);
    } catch (IOException e) {
      // A reset also ends an answer.
    }
    return all.toString();
  }

  /** The status of every answer until the other side closes. */
  public List<Integer> statuses() {
    List<Integer> statuses = new ArrayList<>();
    STATUS.matcher(answer()).results().forEach(m -> statuses.add(Integer.valueOf(m.group(1))));
    return statuses;
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
