package org.vitalroutes.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.vitalroutes.testsupport.World;

/**
 * Posts notifications over connections that stay open, in a process of its own. With a rate, times
 * count from when a request was due, so that a stall shows in all that waited behind it.
 */
final class Load {

  private static final int USERS = 1_000;

  private final int port;
  private final List<byte[]> requests;
  private final ConcurrentHistogram micros =
      new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean counting;
  private volatile boolean ended;

  private Load(int port) {
    this.port = port;
    this.requests =
        java.util.stream.LongStream.range(500_000, 500_000 + USERS)
            .mapToObj(user -> request(port, user))
            .toList();
  }

  /**
   * @param perSecond accepted notifications
   * @param cpuSeconds of the service while it was counted
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
   * @param rate notifications a second; 0 for as many as there can be
   */
  static Result run(int port, int connections, int seconds, int rate) {
    try (Service load =
        Service.start(
            Load.class.getName(),
            List.of("-Xmx128m", "-XX:+UseSerialGC"),
            Map.of(),
            Integer.toString(port),
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
    Load load = new Load(Integer.parseInt(args[0]));
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
      threads[i] = new Thread(() -> post(first, every));
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
    return new Result(
        micros.getTotalCount() / took,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3,
        refused.get());
  }

  private void post(long first, long every) {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 4096);
      for (long due = first; !ended; due += every) {
        if (every > 0) {
          Pause.untilNanos(due);
        } else {
          due = System.nanoTime();
        }
        out.write(requests.get(ThreadLocalRandom.current().nextInt(USERS)));
        int status = readStatus(in);
        if (counting) {
          micros.recordValue(Math.max(1, (System.nanoTime() - due) / 1_000));
          if (status != 200) {
            refused.incrementAndGet();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one answer without a body. */
  private static int readStatus(InputStream in) throws IOException {
    int status = 0;
    int position = 0;
    int ends = 0;
    while (ends < 2) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection was closed");
      }
      if (position >= 9 && position < 12) {
        status = status * 10 + (next - '0');
      }
      position++;
      if (next == '\n') {
        ends++;
      } else if (next != '\r') {
        ends = 0;
      }
    }
    return status;
  }

  private static byte[] request(int port, long user) {
    String body = "userid=" + user + "&appli=1&startdate=1767225600&enddate=1767229200";
    return ("POST "
            + World.signedPath(user)
            + " HTTP/1.1\r\nHost: localhost:"
            + port
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(US_ASCII);
  }
}
