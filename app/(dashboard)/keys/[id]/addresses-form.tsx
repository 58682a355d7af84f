"use client";

import { Textarea } from "@mantine/core";
import type { FormEvent } from "react";
import { FailureAlert } from "@/components/failure-alert";
import { SaveButton } from "@/components/save-button";
import { toast } from "@/components/toast";
import { UnsavedChanges } from "@/components/unsaved-changes";
import { setAllowedAddressesAction } from "../actions";
import { Card } from "./card";
import { ChangedMeanwhile } from "./changed-meanwhile";
import classes from "./key.module.css";
import { useKeyPart } from "./use-key-part";

interface Props {
  id: string;
  allowedAddresses: string[];
  /** The operator's own; null when it is not known. */
  ownAddress: string | null;
  canWrite: boolean;
}

const titleId = "key-addresses";

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** As the server stores it, as far as that is plain: a single address has all of its bits. */
const asStored = (line: string) => (line.includes("/") ? line : `${line}/${line.includes(":") ? 128 : 32}`);

const way = {
  draftOf: (addresses: string[]) => addresses.join("\n"),
  contentOf: (text: string) => linesOf(text).map(asStored).join("\n"),
  storedOf: ({ allowedAddresses }: { allowedAddresses: string[] }) => allowedAddresses,
  onSaved({ length }: string[]) {
    const where = length === 0 ? "from any address" : `from ${length === 1 ? "that address" : "those addresses"} alone`;
    toast({ title: "Addresses saved", message: `The key works ${where}, from the next call on.` });
  },
};

/** Where the key may be used from. */
export function AddressesForm({ id, allowedAddresses, ownAddress, canWrite }: Props) {
  const part = useKeyPart(allowedAddresses, {
    ...way,
    send: (text, seen) => setAllowedAddressesAction({ id, allowedAddresses: linesOf(text), seen }),
  });
  const { draft, failure, isDirty, isPending } = part;
  const isFieldFailure = failure?.field?.startsWith("allowedAddresses") ?? false;

  function save(event: FormEvent) {
    event.preventDefault();
    part.save();
  }

  if (!canWrite) {
    return (
      <Card title="Allowed addresses">
        <p className={classes.hint}>{allowedAddresses.join(", ") || "Any address."}</p>
      </Card>
    );
  }
  return (
    <Card titleId={titleId} title="Allowed addresses">
      <form className={classes.form} onSubmit={save} noValidate>
        <UnsavedChanges isDirty={isDirty} />
        <FailureAlert message={isFieldFailure ? null : failure?.message} />
        <ChangedMeanwhile
          part={part}
          what="allowed addresses"
          stored={allowedAddresses}
          none="any address may use it."
          next={titleId}
        />
        <Textarea
          label="IP addresses and networks"
          description={`One a line. Empty: any address.${ownAddress ? ` Yours is ${ownAddress}.` : ""}`}
          placeholder={"203.0.113.0/24\n2001:db8::/32"}
          classNames={{ input: classes.addresses }}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          autoComplete="off"
          value={draft}
          error={isFieldFailure && <span role="alert">{failure?.message}</span>}
          onChange={({ currentTarget: { value } }) => part.change(() => value)}
        />
        {isDirty && (
          <div className={classes.foot}>
            <SaveButton isPending={isPending} next={titleId}>
              Save addresses
            </SaveButton>
          </div>
        )}
      </form>
    </Card>
  );
}
