package org.vitalroutes.steps;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.provider.Provider;

/** The providers by id. */
@Component
public final class Providers {

  private final Map<String, Provider> providers;

  Providers(List<Provider> providers) {
    this.providers =
        providers.stream().collect(Collectors.toMap(Provider::id, Function.identity()));
  }

  /**
   * Finds a provider.
   *
   * @throws ApiException when there is none with this id
   */
  public Provider find(String id) {
    Provider provider = providers.get(id);
    if (provider == null) {
      throw new ApiException(404, "unknown_provider", "There is no such provider");
    }
    return provider;
  }
}
