"use client";

import { Alert, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertCircle, IconLock } from "@tabler/icons-react";
import { useState } from "react";
import { useLeaveGuard } from "@/components/use-leave-guard";
import type { IssuedApiKey } from "@/lib/api-keys/schema";
import type { FurtherKey } from "@/lib/chatflows/schema";
import type { ChatLook } from "@/lib/sharing/chat-look";
import type { SnippetAuth } from "@/lib/snippets/snippet";
import type { Access, ApiCodeChatflow, ChosenAccess } from "./access";
import { addFurtherKeyId } from "./add-further-key";
import classes from "./api-code.module.css";
import { AuthorizationField, authorizationId } from "./authorization-field";
import { CreateKeyForm } from "./create-key-form";
import { FurtherKeys } from "./further-keys";
import { NewKey } from "./new-key";
import { Question } from "./question";
import { useAccess } from "./use-access";
import { Ways } from "./ways";

export interface ApiCodeProps {
  chatflow: ApiCodeChatflow;
  /** How it looks to visitors. */
  chat: ChatLook;
  /** The deployment's address where it is configured; else the one in the browser's address bar. */
  baseUrl: string | undefined;
  /** Whether this operator may change who calls the chatflow. */
  canChange: boolean;
  /** The workspace's longest lifetime of keys in days; null for as long as one likes. */
  maxLifetimeDays: number | null;
}

/** What is being asked, and about what. */
type Asking = "close" | "public" | "closed" | { another: "assigned" | "further" } | { remove: FurtherKey } | null;

const isObject = (asking: Asking): asking is Exclude<Asking, string | null> =>
  typeof asking === "object" && asking !== null;

function goes(count: number): string {
  return count === 1 ? "Its further key is removed from it." : `Its ${count} further keys are removed from it.`;
}

/** Fits the guide that a fresh deployment answers from; everybody else replaces it. */
const question = "How do I create an API key?";

/** A live token stands in a sample only for the key that was created in this very dialog. */
function authOf(access: Access, furtherKeys: FurtherKey[], issued: IssuedApiKey | null): SnippetAuth {
  if (access.kind === "public") return { kind: "none" };
  const accepted = access.kind === "key" ? [access.apiKey, ...furtherKeys] : [];
  if (issued && accepted.some((key) => key?.id === issued.id)) return { kind: "literal", token: issued.token };
  return { kind: "environment" };
}

/**
 * Who may call a chatflow, and how. Mounted while it is open and no longer: the new key's token is
 * in this component's state and nowhere else.
 */
export function ApiCodeDialog(props: ApiCodeProps & { onClose: () => void }) {
  const { chatflow, chat, baseUrl, canChange, maxLifetimeDays, onClose } = props;
  const { access, failure, isSaving, choose, addKey, removeKey, creation, createKey } = useAccess(chatflow, created);
  const [issued, setIssued] = useState<IssuedApiKey | null>(null);
  const [isCopied, setIsCopied] = useState(false);
  /** Which kind of key is being created. */
  const [creating, setCreating] = useState<"assigned" | "further" | null>(null);
  const [asking, setAsking] = useState<Asking>(null);
  const isPhone = useMediaQuery("(max-width: 40em)", false, { getInitialValueInEffect: false });

  const isUnkept = issued !== null && !isCopied;
  const { furtherKeys } = chatflow;
  const auth = authOf(access, furtherKeys, issued);
  useLeaveGuard(isUnkept || creation.isPending, close, onClose);

  /** Not while the answer is on its way that holds a token. */
  function close() {
    if (creation.isPending) return;
    if (isUnkept) setAsking("close");
    else onClose();
  }

  function created(key: IssuedApiKey) {
    setIssued(key);
    setIsCopied(false);
    setCreating(null);
  }

  function startCreating(kind: "assigned" | "further") {
    creation.setFailure(null);
    setCreating(kind);
  }

  function create(kind: "assigned" | "further") {
    if (creation.isPending) return;
    if (isUnkept) setAsking({ another: kind });
    else startCreating(kind);
  }

  /** Closing or opening a chatflow takes its further keys along, which is said first. */
  function chooseOrAsk(next: ChosenAccess) {
    if (next.kind === "public") setAsking("public");
    else if (next.kind === "closed" && furtherKeys.length > 0) setAsking("closed");
    else choose(next);
  }

  return (
    <>
      <Modal
        opened
        onClose={close}
        title="API code"
        size={820}
        fullScreen={isPhone}
        radius={isPhone ? 0 : "lg"}
        // One without a transform: the list of keys is fixed to the window and reaches past the dialog.
        transitionProps={{ transition: "fade", duration: 120 }}
        closeOnEscape={asking === null}
        trapFocus={asking === null}
        returnFocus={false}
      >
        <div className={classes.body}>
          <p className={classes.lead}>
            Call <bdi className={classes.name}>{chatflow.name}</bdi> from your own code.
          </p>
          <AuthorizationField
            chatflowId={chatflow.id}
            access={access}
            locked={canChange ? null : "Your role may look at this but not change it."}
            onChoose={chooseOrAsk}
            onCreate={() => create("assigned")}
          />
          {access.kind === "key" && (
            <FurtherKeys
              chatflowId={chatflow.id}
              keys={furtherKeys}
              isSaving={isSaving}
              canChange={canChange}
              onAdd={addKey}
              onCreate={() => create("further")}
              onRemove={(key) => setAsking({ remove: key })}
            />
          )}
          {creating && (
            <CreateKeyForm
              creation={creation}
              createKey={createKey}
              isFurtherKey={creating === "further"}
              maxDays={maxLifetimeDays}
              next={creating === "further" ? addFurtherKeyId : authorizationId}
              onCancel={() => setCreating(null)}
            />
          )}
          <div aria-live="assertive" className={classes.live}>
            {failure && (
              <Alert color="red" variant="light" icon={<IconAlertCircle size={18} aria-hidden="true" />} p="sm">
                {failure}
              </Alert>
            )}
          </div>
          {issued && <NewKey key={issued.id} issued={issued} onCopied={() => setIsCopied(true)} />}
          {access.kind === "closed" && (
            <p className={classes.notice}>
              <IconLock size={16} stroke={1.7} aria-hidden="true" />
              This chatflow is closed: calls are refused until a key is chosen.
            </p>
          )}
          <Ways
            baseUrl={baseUrl ?? window.location.origin}
            chatflowId={chatflow.id}
            slug={chatflow.slug}
            chat={chat}
            access={access.kind}
            question={question}
            auth={auth}
            onCopied={() => auth.kind === "literal" && setIsCopied(true)}
          />
        </div>
      </Modal>
      {asking === "public" && (
        <Question
          title="Open to everybody?"
          no="Cancel"
          yes="Make public"
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null);
            choose({ kind: "public" });
          }}
        >
          Anybody who has the address can call this chatflow, without a key, until you change it.
          {furtherKeys.length > 0 && ` ${goes(furtherKeys.length)}`}
        </Question>
      )}
      {asking === "closed" && (
        <Question
          title="Close chatflow?"
          no="Cancel"
          yes="Close chatflow"
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null);
            choose({ kind: "closed" });
          }}
        >
          All calls are refused until you choose a key again. {goes(furtherKeys.length)}
        </Question>
      )}
      {isObject(asking) && "remove" in asking && (
        <Question
          title="Remove key?"
          no="Cancel"
          yes="Remove"
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null);
            removeKey(asking.remove.id);
          }}
        >
          Callers with <bdi className={classes.name}>{asking.remove.name}</bdi> are refused here from the next call on.
          {access.kind === "key" &&
            !access.apiKey &&
            furtherKeys.length === 1 &&
            " It is the last key: the chatflow closes."}
        </Question>
      )}
      {asking === "close" && (
        <Question
          title="Close without copying?"
          no="Keep open"
          yes="Close without copying"
          onNo={() => setAsking(null)}
          onYes={onClose}
        >
          The new key was not copied and is not shown again. You would have to regenerate it.
        </Question>
      )}
      {isObject(asking) && "another" in asking && (
        <Question
          title="Create another key?"
          no="Back"
          yes="Create another"
          onNo={() => setAsking(null)}
          onYes={() => {
            setAsking(null);
            startCreating(asking.another);
          }}
        >
          The key you just created was not copied. Its token is no longer shown once you create another.
        </Question>
      )}
    </>
  );
}
