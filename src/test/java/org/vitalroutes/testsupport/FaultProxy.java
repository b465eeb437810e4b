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
 * A TCP proxy on the loopback interface that spoils connections as it is told, those that stand as
 * well as new ones. It knows nothing of what it carries, so it serves HTTP and PostgreSQL alike.
 */
public final class FaultProxy implements AutoCloseable {

  /** The way of a byte, as the client sees it. */
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

  /** Carries to a port of the loopback interface. */
  public FaultProxy(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon("fault-proxy", this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Carries new connections to another port. */
  public void retarget(int port) {
    target = port;
  }

  /** Keeps what goes this way; it goes on, in order, after {@link #heal}. */
  public synchronized void hold(Way... ways) {
    held.addAll(Set.of(ways));
  }

  /** Lets go on what is held on this way. */
  public synchronized void release(Way way) {
    held.remove(way);
    notifyAll();
  }

  /** Whether anything waits to go on. */
  public synchronized boolean isHolding() {
    return waiting > 0;
  }

  /** Keeps every chunk for so long. */
  public synchronized void latency(Duration each) {
    latency = each;
  }

  /** Lets no more than so many bytes a second through, by connection and way. */
  public synchronized void bandwidth(long most) {
    bytesPerSecond = most;
  }

  /** Resets a connection once so many bytes have come from the server. */
  public synchronized void cutAfter(long bytes) {
    cutAfter = bytes;
  }

  /** Resets every connection as soon as it is made, and those that stand. */
  public void refuse() {
    synchronized (this) {
      refusing = true;
    }
    reset();
  }

  /** A black hole: takes what comes and tells nobody. Such a connection is of no use any more. */
  public synchronized void swallow() {
    swallowing = true;
  }

  /** Resets the connections that stand; new ones are good. */
  public void reset() {
    open.forEach(FaultProxy::abort);
  }

  /** Carries again as if nothing had been. */
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
      // One side is gone; the other shall see it.
      abort(to);
    }
    abort(from);
    open.remove(from);
    open.remove(to);
  }

  /** Waits as long as a chunk has to; answers whether it goes on. */
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
      // It is closed already.
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
