package org.vitalroutes.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A request whose body has been read completely. */
final class RequestWithBody extends HttpServletRequestWrapper {

  private volatile ServletInputStream body = new Bytes(new byte[0]);
  private volatile int length;
  private volatile boolean waiting;
  private volatile @Nullable Semaphore permit;

  RequestWithBody(HttpServletRequest request) {
    super(request);
  }

  RequestWithBody with(byte[] whole) {
    body = new Bytes(whole);
    length = whole.length;
    return this;
  }

  /** Takes a permit for a large body; false when there is none. */
  boolean acquire(Semaphore permits) {
    permit = permits.tryAcquire() ? permits : null;
    return permit != null;
  }

  /** Releases the permit. */
  synchronized void release() {
    Semaphore held = permit;
    permit = null;
    if (held != null) {
      held.release();
    }
  }

  /** The maximum size of its body in bytes. */
  int most() {
    return permit == null ? BodyFilter.MOST_BYTES : BodyFilter.MOST_REPLY_BYTES;
  }

  /** Whether the request waited for its body and has not been dispatched again yet. */
  boolean isWaiting() {
    return waiting;
  }

  void setWaiting(boolean waits) {
    waiting = waits;
  }

  /** A request that waited is dispatched again; later filters see it as a new request. */
  @Override
  public DispatcherType getDispatcherType() {
    return waiting ? DispatcherType.REQUEST : super.getDispatcherType();
  }

  @Override
  public ServletInputStream getInputStream() {
    return body;
  }

  @Override
  public BufferedReader getReader() {
    return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  @Override
  public int getContentLength() {
    return length;
  }

  @Override
  public long getContentLengthLong() {
    return length;
  }

  /** A stream of bytes in memory. */
  private static final class Bytes extends ServletInputStream {

    private final ByteArrayInputStream bytes;

    Bytes(byte[] bytes) {
      this.bytes = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return bytes.read(into, offset, length);
    }

    @Override
    public int available() {
      return bytes.available();
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
  }
}
