package org.vitalroutes.testsupport;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.component.fhir.FhirEndpoint;
import org.apache.camel.support.component.AbstractApiEndpoint;

/**
 * The threads in which camel-fhir calls, for all Camel contexts of a JVM.
 *
 * <p>Camel too has one pool for them all, but it ends with the context that made it, and what
 * another context was calling never gets its answer. This one ends with the JVM.
 */
public final class FhirPool {

  static {
    try {
      Field pools = AbstractApiEndpoint.class.getDeclaredField("EXECUTOR_SERVICE_MAP");
      pools.setAccessible(true);
      @SuppressWarnings("unchecked")
      Map<String, ExecutorService> byEndpoint = (Map<String, ExecutorService>) pools.get(null);
      byEndpoint.put(
          FhirEndpoint.class.getName(),
          Executors.newCachedThreadPool(
              call -> {
                Thread thread = new Thread(call, "camel-fhir");
                thread.setDaemon(true);
                return thread;
              }));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private FhirPool() {}

  /** Contexts made from now on use it. */
  public static void begin() {
    // Loading the class is enough.
  }
}
