package org.vitalroutes.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.testsupport.World;

/**
 * Posts notifications over kept-alive connections, from a process of its own. With a rate, times
 * count from when a request was due, so that a stall shows in all requests behind it.
 */
final class Load {

  private static final int USERS = 1_000;

  private final int[] ports;
  private final List<byte[]> requests;
  private final ConcurrentHistogram micros =
      new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean counting;
  private volatile boolean ended;

  private Load(int... ports) {
    this.ports = ports;
    this.requests =
        LongStream.range(500_000, 500_000 + USERS).mapToObj(user -> request(user)).toList();
  }

  /**
   * @param perSecond accepted notifications
   * @param cpuSeconds of the service during the count
   */
  record Result(
      double perSecond,
      double p50Millis,
      double p99Millis,
      double p999Millis,
      double maxMillis,
      long refused) {}

  /**
   * Runs it against a port.
   *
   * @param rate notifications per second; 0 for the maximum
   */
  static Result run(int port, int connections, int seconds, int rate) {
    return run(List.of(port), connections, seconds, rate);
  }

  /** Runs it against some ports; the connections are spread over them. */
  static Result run(List<Integer> ports, int connections, int seconds, int rate) {
    try (Service load =
        Service.start(
            Load.class.getName(),
            List.of("-Xmx128m", "-XX:+UseSerialGC"),
            Map.of(),
            ports.stream().map(String::valueOf).collect(Collectors.joining(",")),
            Integer.toString(connections),
            Integer.toString(seconds),
            Integer.toString(rate))) {
      String output = load.output();
      JsonNode json = new ObjectMapper().readTree(output.substring(output.indexOf('{')));
      return new ObjectMapper().treeToValue(json, Result.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] args) throws Exception {
    Load load = new Load(Stream.of(args[0].split(",")).mapToInt(Integer::parseInt).toArray());
    Result result =
        load.measure(
            Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    System.out.println(new ObjectMapper().writeValueAsString(result));
  }

  private Result measure(int connections, int seconds, int rate) throws InterruptedException {
    Thread[] threads = new Thread[connections];
    for (int i = 0; i < connections; i++) {
      long every = rate == 0 ? 0 : TimeUnit.SECONDS.toNanos(connections) / rate;
      long first = System.nanoTime() + (rate == 0 ? 0 : every * i / connections);
      int port = ports[i % ports.length];
      threads[i] = new Thread(() -> post(port, first, every));
      threads[i].start();
    }
    Pause.millis(2_000);
    counting = true;
    long begun = System.nanoTime();
    Pause.millis(seconds * 1_000L);
    counting = false;
    double took = (System.nanoTime() - begun) / 1e9;
    ended = true;
    for (Thread thread : threads) {
      thread.join();
    }
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " connections failed");
    }
    return new Result(
        micros.getTotalCount() / took,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3,
        refused.get());
  }

  private void post(int port, long first, long every) {
    Connection connection = new Connection(port);
    try {
      for (long due = first; !ended; due += every) {
        if (every > 0) {
          Pause.untilNanos(due);
        } else {
          due = System.nanoTime();
        }
        int status = connection.post(requests.get(ThreadLocalRandom.current().nextInt(USERS)));
        if (counting) {
          micros.recordValue(Math.max(1, (System.nanoTime() - due) / 1_000));
          if (status != 200) {
            refused.incrementAndGet();
          }
        }
      }
    } catch (IOException e) {
      failed.incrementAndGet();
      throw new UncheckedIOException(e);
    } finally {
      connection.close();
    }
  }

  /** Keeps the connection open until the server announces to close it. */
  private static final class Connection {

    private final int port;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    Connection(int port) {
      this.port = port;
    }

    /** Posts and reads an answer without a body; returns the status. */
    int post(byte[] request) throws IOException {
      if (socket == null) {
        socket = new Socket("localhost", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream(), 4096);
      }
      socket.getOutputStream().write(request);
      int status = Integer.parseInt(line().split(" ")[1]);
      boolean last = false;
      for (String header = line(); !header.isEmpty(); header = line()) {
        last |= header.equalsIgnoreCase("Connection: close");
      }
      if (last) {
        close();
      }
      return status;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder(64);
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new IOException("the connection was closed");
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }

    void close() {
      try {
        if (socket != null) {
          socket.close();
          socket = null;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static byte[] request(long user) {
    String body = "userid=" + user + "&appli=1&startdate=1767225600&enddate=1767229200";
    return ("POST "
            + World.signedPath(user)
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(US_ASCII);
  }
}
