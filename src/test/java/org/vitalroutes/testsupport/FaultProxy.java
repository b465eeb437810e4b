package org.vitalroutes.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy on the loopback interface that disturbs existing and new connections. It is
 * independent of the protocol, so it serves HTTP and PostgreSQL alike.
 */
public final class FaultProxy implements AutoCloseable {

  /** The direction of a byte, from the client's view. */
  public enum Way {
    TO_SERVER,
    TO_CLIENT
  }

  private static final int CHUNK = 8 * 1024;

  private final ServerSocket listener;
  private volatile int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private final Set<Way> held = EnumSet.noneOf(Way.class);
  private Duration latency = Duration.ZERO;
  private long bytesPerSecond = Long.MAX_VALUE;
  private long cutAfter = Long.MAX_VALUE;
  private boolean refusing;
  private boolean swallowing;
  private int waiting;

  /** Forwards to a port of the loopback interface. */
  public FaultProxy(int target) {
    this(target, InetAddress.getLoopbackAddress());
  }

  /** Forwards to a port of the loopback interface, and listens on another address. */
  public FaultProxy(int target, InetAddress address) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 1_024, address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon("fault-proxy", this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Forwards new connections to another port. */
  public void retarget(int port) {
    target = port;
  }

  /** Holds bytes of this direction until {@link #heal}. */
  public synchronized void hold(Way... ways) {
    held.addAll(Set.of(ways));
  }

  /** Releases the held bytes of this direction. */
  public synchronized void release(Way way) {
    held.remove(way);
    notifyAll();
  }

  /** Whether any bytes are held. */
  public synchronized boolean isHolding() {
    return waiting > 0;
  }

  /** Delays every chunk. */
  public synchronized void latency(Duration each) {
    latency = each;
  }

  /** Limits the bytes per second of each connection and direction. */
  public synchronized void bandwidth(long most) {
    bytesPerSecond = most;
  }

  /** Resets a connection after this many bytes from the server. */
  public synchronized void cutAfter(long bytes) {
    cutAfter = bytes;
  }

  /** Resets existing connections, and new ones as soon as they open. */
  public void refuse() {
    synchronized (this) {
      refusing = true;
    }
    reset();
  }

  /** Swallows all bytes, like a black hole. Such a connection stays unusable. */
  public synchronized void swallow() {
    swallowing = true;
  }

  /** Resets the existing connections; new ones work. */
  public void reset() {
    open.forEach(FaultProxy::abort);
  }

  /** Forwards normally again. */
  public synchronized void heal() {
    held.clear();
    latency = Duration.ZERO;
    bytesPerSecond = Long.MAX_VALUE;
    cutAfter = Long.MAX_VALUE;
    refusing = false;
    swallowing = false;
    notifyAll();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (isRefusing()) {
          abort(client);
          continue;
        }
        daemon("fault-proxy-connection", () -> connect(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      open.add(client);
      open.add(server);
      daemon("fault-proxy-to-server", () -> carry(Way.TO_SERVER, client, server));
      carry(Way.TO_CLIENT, server, client);
    } catch (IOException e) {
      abort(client);
    }
  }

  private void carry(Way way, Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    long carried = 0;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        carried += n;
        if (way == Way.TO_CLIENT && carried > limit()) {
          abort(from);
          abort(to);
          return;
        }
        if (passes(way, n)) {
          out.write(chunk, 0, n);
        }
      }
      to.shutdownOutput();
      if (way == Way.TO_SERVER) {
        return;
      }
    } catch (IOException e) {
      // One side has closed; close the other.
      abort(to);
    }
    abort(from);
    open.remove(from);
    open.remove(to);
  }

  /** Waits for the delay of a chunk; returns whether to forward it. */
  private synchronized boolean passes(Way way, int bytes) throws IOException {
    long wait = latency.toNanos() + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
    long until = System.nanoTime() + wait;
    try {
      for (long left = wait; left > 0; left = until - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      waiting++;
      try {
        while (held.contains(way)) {
          wait();
        }
      } finally {
        waiting--;
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return !swallowing;
  }

  private synchronized long limit() {
    return cutAfter;
  }

  private synchronized boolean isRefusing() {
    return refusing;
  }

  private static void abort(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // Already closed.
    }
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    heal();
    reset();
  }
}
