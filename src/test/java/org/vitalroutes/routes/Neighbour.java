package org.vitalroutes.routes;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ExchangeHelper;

/**
 * Replaces an endpoint that the route file under test sends to: records messages and gives prepared
 * answers.
 */
final class Neighbour implements Processor {

  private final String endpoint;
  private final List<Exchange> seen = new CopyOnWriteArrayList<>();
  private final Deque<Processor> script = new ArrayDeque<>();

  Neighbour(String endpoint) {
    this.endpoint = endpoint;
  }

  /** Adds a reaction to the next message; the last one is repeated. */
  Neighbour does(Processor next) {
    script.add(next);
    return this;
  }

  /** Answers with a body. */
  Neighbour answers(Object body) {
    return does(exchange -> exchange.getMessage().setBody(body));
  }

  /** Fails. */
  Neighbour fails(Exception failure) {
    return does(
        exchange -> {
          throw failure;
        });
  }

  /** Copies of the messages, as they arrived. */
  List<Exchange> seen() {
    return seen;
  }

  void forget() {
    seen.clear();
    script.clear();
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    seen.add(ExchangeHelper.createCopy(exchange, true));
    Processor next = script.size() > 1 ? script.poll() : script.peek();
    if (next != null) {
      next.process(exchange);
    }
  }

  @Override
  public String toString() {
    return endpoint;
  }
}
