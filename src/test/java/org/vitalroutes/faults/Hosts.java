package org.vitalroutes.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts of their own on this machine: network namespaces, each with an address, on a bridge that
 * this JVM is on too. A link that is cut loses packets without a word to either end. Needs root.
 */
final class Hosts implements AutoCloseable {

  private static final String BRIDGE = "vitalroutes0";
  private static final String NETWORK = "10.77.0.";

  private final List<Host> hosts = new ArrayList<>();

  /** A host and its end of the bridge. */
  record Host(String name, String address, String link) {

    /** A command that runs on this host. */
    List<String> command(String... command) {
      List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
      all.addAll(List.of(command));
      return all;
    }

    /** Loses every packet from and to this host, until {@link #heal}. */
    void cut() {
      run("ip", "link", "set", link, "down");
    }

    void heal() {
      run("ip", "link", "set", link, "up");
    }
  }

  Hosts() {
    close();
    run("ip", "link", "add", BRIDGE, "type", "bridge");
    run("ip", "address", "add", outside() + "/24", "dev", BRIDGE);
    run("ip", "link", "set", BRIDGE, "up");
  }

  /** Whether this machine lets us have namespaces. */
  static boolean areAllowed() {
    try {
      run("ip", "netns", "add", "vitalroutes-try");
      run("ip", "netns", "delete", "vitalroutes-try");
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** This JVM's address on the bridge. */
  static String outside() {
    return NETWORK + "1";
  }

  static InetAddress outsideAddress() {
    try {
      return InetAddress.getByName(outside());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Host add(String name) {
    int number = 10 + hosts.size();
    Host host = new Host("vitalroutes-" + name, NETWORK + number, "vitalroutes" + number);
    run("ip", "netns", "add", host.name());
    run(
        "ip",
        "link",
        "add",
        host.link(),
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        host.name());
    run("ip", "link", "set", host.link(), "master", BRIDGE, "up");
    run("ip", "-n", host.name(), "address", "add", host.address() + "/24", "dev", "eth0");
    run("ip", "-n", host.name(), "link", "set", "eth0", "up");
    run("ip", "-n", host.name(), "link", "set", "lo", "up");
    hosts.add(host);
    return host;
  }

  /** Sends a signal to a process. */
  static void signal(long pid, String name) {
    run("kill", "-" + name, Long.toString(pid));
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Removes the hosts of this run, and those of one that was killed. */
  @Override
  public void close() {
    run("ip", "netns", "list")
        .lines()
        .map(line -> line.split(" ")[0])
        .filter(name -> name.startsWith("vitalroutes-"))
        .forEach(name -> run("ip", "netns", "delete", name));
    if (run("ip", "-o", "link").contains(" " + BRIDGE + ":")) {
      run("ip", "link", "delete", BRIDGE);
    }
    hosts.clear();
  }
}
