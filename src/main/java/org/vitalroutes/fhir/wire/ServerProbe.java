package org.vitalroutes.fhir.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.HttpGet;
import org.jspecify.annotations.Nullable;

/** Reads the CapabilityStatement of the FHIR server, with our credentials. */
public final class ServerProbe {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FhirClients clients;

  public ServerProbe(FhirClients clients) {
    this.clients = clients;
  }

  /** Outcome of a read. */
  public enum State {
    READ,
    /** The server, or its authorization server, rejects our credentials. */
    REFUSED,
    /** The server answers with an error, or with no CapabilityStatement. */
    FAILING,
    UNREACHABLE
  }

  /**
   * Outcome of a read, with what was read.
   *
   * @param capabilities null unless the state is {@code READ}
   * @param problem description without secrets; empty when the state is {@code READ}
   */
  public record Answer(State state, @Nullable Capabilities capabilities, String problem) {}

  /** Reads the whole statement. */
  public Answer read(int patienceMillis) {
    return read("/metadata", patienceMillis);
  }

  /** Reads the version alone, from servers that can leave out the rest. */
  public Answer readVersion(int patienceMillis) {
    return read("/metadata?_elements=fhirVersion", patienceMillis);
  }

  private Answer read(String path, int patienceMillis) {
    HttpGet get = new HttpGet(clients.url().replaceAll("/+$", "") + path);
    get.setHeader("Accept", "application/fhir+json");
    get.setConfig(
        RequestConfig.custom()
            .setConnectTimeout(patienceMillis)
            .setConnectionRequestTimeout(patienceMillis)
            .setSocketTimeout(patienceMillis)
            .build());
    try {
      return clients
          .http()
          .execute(
              get,
              response -> {
                int status = response.getStatusLine().getStatusCode();
                return status == 200
                    ? of(response.getEntity().getContent())
                    : failed(
                        status == 401 || status == 403 ? State.REFUSED : State.FAILING,
                        "/metadata answers HTTP " + status);
              });
    } catch (NoTokenException e) {
      return failed(
          e.isRefused() ? State.REFUSED : State.UNREACHABLE, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(State.UNREACHABLE, "not reached: " + e.getClass().getSimpleName());
    }
  }

  private static Answer of(InputStream body) throws IOException {
    Optional<Capabilities> found = Optional.empty();
    try {
      found = Capabilities.of(JSON.readTree(body));
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      // An answer that is no JSON is no CapabilityStatement either.
    }
    return found
        .map(capabilities -> new Answer(State.READ, capabilities, ""))
        .orElseGet(
            () -> failed(State.FAILING, "/metadata is answered with no CapabilityStatement"));
  }

  private static Answer failed(State state, String problem) {
    return new Answer(state, null, problem);
  }
}
